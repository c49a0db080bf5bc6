# Đôn Đốc. `make help` lists what there is to make.

# Tools of one's own go to .cache/bin and are built again only when what pins
# their version changes: tools/go.mod, or the versions below.
BIN           := $(CURDIR)/.cache/bin
TOOLS_GO      := go1.26.10
GOLANGCI_LINT := v2.15.0
GOVULNCHECK   := v1.8.0

SERVER        := $(BIN)/.server
LINTER        := $(BIN)/.golangci-lint-$(GOLANGCI_LINT)
VULNCHECK     := $(BIN)/.govulncheck-$(GOVULNCHECK)

# The race detector needs a C compiler.
RACE          := $(if $(shell command -v cc || command -v gcc),-race)
# What `make test` tests, and how: make test PKG=./postgres/... ARGS='-run Plan -v'
PKG           := ./...
ARGS          :=

.DEFAULT_GOAL := help

## dev: start everything on this machine, with the example; Ctrl-C stops it, the data stay
.PHONY: dev
dev: $(SERVER)
	@go build -o $(BIN)/dondoc ./cmd/dondoc
	@exec $(BIN)/dondoc dev

## server: run all parts of a server on this machine, each as a process of its own; settings come from the environment
.PHONY: server
server: $(SERVER)
	@go build -o $(BIN)/dondoc ./cmd/dondoc
	@exec $(BIN)/dondoc server

## test: run all tests against a real PostgreSQL and a real Temporal server
.PHONY: test
test: $(SERVER)
	@go build -o $(BIN)/with-services ./internal/testkit/run
	@exec $(BIN)/with-services go test -timeout 30m $(RACE) $(ARGS) $(PKG)

## services: start PostgreSQL and Temporal for single tests, print their environment, wait for Ctrl-C
.PHONY: services
services: $(SERVER)
	@go build -o $(BIN)/with-services ./internal/testkit/run
	@exec $(BIN)/with-services

## lint: check format, imports, errors, comments and determinism of the workflows
.PHONY: lint
lint: $(LINTER) $(BIN)/.workflowcheck
	@unformatted=$$(gofmt -l .); \
		if [ -n "$$unformatted" ]; then echo "not formatted; run gofmt -w on"; echo "$$unformatted"; exit 1; fi
	go vet ./...
	$(BIN)/golangci-lint run
	$(BIN)/workflowcheck ./workflows/...

## check: lint and test
.PHONY: check
check: lint test

## vulncheck: look for known vulnerabilities that our code reaches (asks a database on the network)
.PHONY: vulncheck
vulncheck: $(VULNCHECK)
	$(BIN)/govulncheck ./...

## tools: build the tools for dev, test and lint (minutes the first time)
.PHONY: tools
tools: $(SERVER) $(LINTER) $(BIN)/.workflowcheck

## clean: delete the data of dev and of tests; the tools stay, and so do the data of a server
.PHONY: clean
clean: CLEANED = .cache/dev .cache/test/*
## clean-server: delete the data of make server too
.PHONY: clean-server
clean-server: CLEANED = .cache/dev .cache/server .cache/test/*
clean clean-server:
	@go build -o $(BIN)/with-services ./internal/testkit/run
	@for state in $(CLEANED); do \
		if [ -d $$state ]; then $(BIN)/with-services -clean $$state || exit 1; fi; done

## help: list the targets
.PHONY: help
help:
	@sed -n 's/^## //p' $(MAKEFILE_LIST) | awk -F': ' '{ printf "  make %-12s %s\n", $$1, $$2 }'

# Built beside their names and then moved: a build that is stopped, or another
# at the same time, leaves no half a program.
$(SERVER): tools/go.mod tools/go.sum
	@echo "building the Temporal server (4 minutes the first time) …"
	@mkdir -p $(BIN)
	cd tools && GOTOOLCHAIN=$(TOOLS_GO) go build -trimpath -ldflags='-s -w' -o $(BIN)/temporal-server.$$$$ go.temporal.io/server/cmd/server && mv $(BIN)/temporal-server.$$$$ $(BIN)/temporal-server
	cd tools && GOTOOLCHAIN=$(TOOLS_GO) go build -trimpath -ldflags='-s -w' -o $(BIN)/temporal-sql-tool.$$$$ go.temporal.io/server/cmd/tools/sql && mv $(BIN)/temporal-sql-tool.$$$$ $(BIN)/temporal-sql-tool
	@touch $@

$(BIN)/.workflowcheck: tools/go.mod tools/go.sum
	@mkdir -p $(BIN)
	cd tools && GOTOOLCHAIN=$(TOOLS_GO) go build -trimpath -o $(BIN)/workflowcheck go.temporal.io/sdk/contrib/tools/workflowcheck
	@touch $@

$(LINTER):
	@echo "building golangci-lint (3 minutes the first time) …"
	@mkdir -p $(BIN)
	GOBIN=$(BIN) go install -trimpath github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_LINT)
	@rm -f $(BIN)/.golangci-lint-* && touch $@

$(VULNCHECK):
	@mkdir -p $(BIN)
	GOBIN=$(BIN) go install -trimpath golang.org/x/vuln/cmd/govulncheck@$(GOVULNCHECK)
	@rm -f $(BIN)/.govulncheck-* && touch $@
