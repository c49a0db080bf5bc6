package auth

import (
	"net/http"

	"dondoc/poverty"
)

// looking lets all that a request reads be read in one transaction of the store,
// up to the first byte of the answer: who reads it slowly holds no connection to
// the database.
func (a *Auth) looking(next http.Handler) http.Handler {
	if a.look == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, known := poverty.ActorFrom(r.Context())
		if !known || r.Method != http.MethodGet && r.Method != http.MethodHead {
			next.ServeHTTP(w, r)
			return
		}
		ctx, end := a.look(r.Context())
		defer end()
		next.ServeHTTP(&lookWriter{w, end}, r.WithContext(ctx))
	})
}

// lookWriter ends the reading before the first byte of the answer.
type lookWriter struct {
	http.ResponseWriter
	end func()
}

// WriteHeader ends the reading, then writes the header.
func (w *lookWriter) WriteHeader(status int) {
	w.end()
	w.ResponseWriter.WriteHeader(status)
}

// Write ends the reading, then writes the body.
func (w *lookWriter) Write(b []byte) (int, error) {
	w.end()
	return w.ResponseWriter.Write(b)
}

// FlushError ends the reading, then sends what was written so far.
func (w *lookWriter) FlushError() error {
	w.end()
	return http.NewResponseController(w.ResponseWriter).Flush()
}

// Unwrap returns the writer beneath, for http.ResponseController.
func (w *lookWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
