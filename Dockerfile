# The one program, dondoc. docker-compose.yml runs it as migrate, worker and web.
FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN mkdir /files
RUN CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o /dondoc ./cmd/dondoc

# Certificates and time zones, no shell, an ordinary user.
FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /dondoc /dondoc
# Attachments lie here; a volume put here takes over its owner.
COPY --from=build --chown=nonroot:nonroot /files /files
EXPOSE 8080
ENTRYPOINT ["/dondoc"]
