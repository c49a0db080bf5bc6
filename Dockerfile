# The one program, dondoc. docker-compose.yml runs it as migrate, work and serve.
FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN mkdir /files
RUN CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o /dondoc ./cmd/dondoc

# For the pages: with LibreOffice, which makes PDF of documents, and fonts as wide
# as Times New Roman. Its user is the same as below.
FROM debian:bookworm-slim AS papers
RUN apt-get update -q \
 && apt-get install -qy --no-install-recommends libreoffice-writer-nogui fonts-liberation2 ca-certificates tzdata \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 65532 --user-group --home-dir /tmp nonroot
COPY --from=build /dondoc /dondoc
COPY --from=build --chown=nonroot:nonroot /files /files
USER nonroot
EXPOSE 8080 9464
ENTRYPOINT ["/dondoc"]
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s CMD ["/dondoc", "ready"]

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
