// Package services runs the two servers that Đôn Đốc needs, PostgreSQL and
// Temporal, as private child processes: for `dondoc dev`, `dondoc rehearse` and
// the tests. A server in production has its own; see docker-compose.yml.
package services
