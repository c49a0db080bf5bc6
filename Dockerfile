# The one program, dondoc. docker-compose.yml runs it as migrate, work and serve.
FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN mkdir /files
RUN CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o /dondoc ./cmd/dondoc

# Certificates and time zones, no shell, an ordinary user (65532).
FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /dondoc /dondoc
# Attachments lie here; a volume put here takes over its owner.
COPY --from=build --chown=nonroot:nonroot /files /files
USER nonroot
EXPOSE 8080 9464
ENTRYPOINT ["/dondoc"]
# There is no shell and no curl: the program asks itself.
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s CMD ["/dondoc", "ready"]
