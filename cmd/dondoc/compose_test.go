package main

import (
	"fmt"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"
)

// compose is what of docker-compose.yml the program has to do with.
type compose struct {
	Services map[string]struct {
		Image       string
		Build       any
		Entrypoint  []string
		Command     []string
		Environment map[string]string
		Secrets     []string
		Profiles    []string
		Ports       []string
		Volumes     []string
		ReadOnly    bool     `yaml:"read_only"`
		User        string   `yaml:"user"`
		CapDrop     []string `yaml:"cap_drop"`
		Healthcheck struct{ Test []string }
		DependsOn   map[string]struct{ Condition string } `yaml:"depends_on"`
		Configs     []struct{ Source, Target string }
		Name        string `yaml:"container_name"`
	}
	Secrets map[string]struct{ File string }
	Configs map[string]struct{ Content string }
	Volumes map[string]any
}

func readCompose(t *testing.T) (compose, string) {
	t.Helper()
	text, err := os.ReadFile("../../docker-compose.yml")
	if err != nil {
		t.Fatal(err)
	}
	var c compose
	if err := yaml.Unmarshal(text, &c); err != nil {
		t.Fatal(err)
	}
	return c, string(text)
}

// readImages returns the stages of the Dockerfile in which the program runs: all
// but the one that builds it.
func readImages(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile("../../Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	stages := strings.Split(string(text), "\nFROM ")
	if len(stages) < 3 || !strings.Contains(stages[1], " AS build\n") {
		t.Fatalf("%d stages", len(stages))
	}
	return stages[2:]
}

// ours are the services that run this program.
func (c compose) ours() map[string][]string {
	list := map[string][]string{}
	for name, s := range c.Services {
		if strings.HasPrefix(s.Image, "dondoc") {
			list[name] = s.Command
		}
	}
	return list
}

// model is the command line, as kong sees it.
func model(t *testing.T) *kong.Application {
	t.Helper()
	parser, err := kong.New(&CLI{})
	if err != nil {
		t.Fatal(err)
	}
	return parser.Model
}

// find follows a command's words as far as they name commands.
func find(node *kong.Node, words []string) *kong.Node {
	for _, word := range words {
		i := slices.IndexFunc(node.Children, func(n *kong.Node) bool { return n.Name == word })
		if i < 0 {
			break
		}
		node = node.Children[i]
	}
	return node
}

// variables are the settings of a command, and whether each has to be set.
func variables(node *kong.Node) map[string]bool {
	list := map[string]bool{}
	for _, group := range node.AllFlags(true) {
		for _, f := range group {
			for _, name := range f.Envs {
				list[name] = f.Required
			}
		}
	}
	return list
}

func TestCompose_sets_what_each_command_knows_and_all_that_it_needs(t *testing.T) {
	t.Parallel()
	c, _ := readCompose(t)
	app := model(t)
	ours := c.ours()
	if want := []string{"admin", "migrate", "web", "worker"}; !slices.Equal(slices.Sorted(maps.Keys(ours)), want) {
		t.Fatalf("our services are %v", slices.Sorted(maps.Keys(ours)))
	}
	all := map[string]bool{}
	for _, command := range ours {
		maps.Copy(all, variables(find(app.Node, command)))
	}
	for name, command := range ours {
		known := variables(find(app.Node, command))
		given := map[string]bool{}
		for variable := range c.Services[name].Environment {
			plain, isFile := strings.CutSuffix(variable, "_FILE")
			if isFile && !slices.Contains(secrets, plain) {
				t.Errorf("%s: %s is not read from a file", name, plain)
			}
			// What another of the services knows may stand in what they share.
			if _, ok := all[plain]; !ok {
				t.Errorf("%s: no command knows the setting %s", name, plain)
			}
			given[plain] = true
		}
		for variable, required := range known {
			if required && !given[variable] {
				t.Errorf("%s: %s has to be set", name, variable)
			}
		}
	}
}

func TestCompose_commands_have_their_help(t *testing.T) {
	t.Parallel()
	c, _ := readCompose(t)
	for name, words := range c.ours() {
		code, out, errs := command(t, append(slices.Clone(words), "--help")...)
		if usage := "Usage: dondoc " + strings.Join(words[:1], " "); code != 0 || !strings.HasPrefix(out, usage) {
			t.Errorf("%s: dondoc %s --help ends with %d: %s%s", name, strings.Join(words, " "), code, out, errs)
		}
	}
}

func TestCompose_our_services_are_kept_small(t *testing.T) {
	t.Parallel()
	c, _ := readCompose(t)
	for name := range c.ours() {
		s := c.Services[name]
		if !s.ReadOnly || s.User == "" || s.User == "root" || !slices.Equal(s.CapDrop, []string{"ALL"}) {
			t.Errorf("%s: read-only %v, user %q, without capabilities %v", name, s.ReadOnly, s.User, s.CapDrop)
		}
		if s.Name != "" {
			t.Errorf("%s has a name of its own: it cannot be scaled", name)
		}
	}
}

func TestCompose_health_checks_ask_the_port_that_is_listened_on(t *testing.T) {
	t.Parallel()
	c, _ := readCompose(t)
	var exposed []string
	for _, image := range readImages(t) {
		ports := regexp.MustCompile(`(?m)^EXPOSE (.*)$`).FindStringSubmatch(image)
		if ports == nil || !strings.Contains(image, "\nUSER nonroot\n") || !strings.Contains(image, "\nENTRYPOINT [\"/dondoc\"]\n") || !strings.Contains(image, "\nHEALTHCHECK ") {
			t.Fatalf("an image exposes nothing, does not run dondoc as an ordinary user, or is not asked how it is: %s", image)
		}
		exposed = append(exposed, ports[1])
	}
	for name, variable := range map[string]string{"web": "DONDOC_LISTEN", "worker": "DONDOC_WATCH_LISTEN"} {
		s := c.Services[name]
		port := strings.TrimPrefix(s.Environment[variable], ":")
		if want := []string{"CMD", "/dondoc", "ready", "http://127.0.0.1:" + port + "/readyz"}; !slices.Equal(s.Healthcheck.Test, want) {
			t.Errorf("%s listens on %s and is asked by %v", name, port, s.Healthcheck.Test)
		}
		for _, ports := range exposed {
			if !slices.Contains(strings.Fields(ports), port) {
				t.Errorf("%s: port %s is not exposed", name, port)
			}
		}
		for _, mapping := range s.Ports {
			if !strings.HasSuffix(mapping, ":"+port) {
				t.Errorf("%s listens on %s and publishes %s", name, port, mapping)
			}
		}
	}
	if len(c.Services["worker"].Ports) > 0 {
		t.Error("the worker publishes a port: it cannot be scaled")
	}
}

// The pages run in an image that has what makes PDF, as tests have it.
func TestCompose_pages_can_make_PDF(t *testing.T) {
	t.Parallel()
	c, _ := readCompose(t)
	build, _ := c.Services["web"].Build.(map[string]any)
	stages := readImages(t)
	i := slices.IndexFunc(stages, func(stage string) bool {
		first, _, _ := strings.Cut(stage, "\n")
		return strings.HasSuffix(first, fmt.Sprintf(" AS %v", build["target"]))
	})
	if i < 0 {
		t.Fatalf("no stage of the Dockerfile is called %v", build["target"])
	}
	for _, part := range []string{"libreoffice-writer-nogui fonts-liberation2", "--uid 65532"} {
		if !strings.Contains(stages[i], part) {
			t.Errorf("the image of the pages lacks %s", part)
		}
	}
	for name, s := range c.Services {
		if name != "web" && s.Image == c.Services["web"].Image {
			t.Errorf("%s runs in the image of the pages, which is ten times as large", name)
		}
	}
}

func TestCompose_names_only_what_is_there(t *testing.T) {
	t.Parallel()
	c, text := readCompose(t)
	for name, s := range c.Services {
		if s.Image == "" {
			t.Errorf("%s has no image", name)
		}
		for other, on := range s.DependsOn {
			dependency, there := c.Services[other]
			healthy := on.Condition != "service_healthy" || len(dependency.Healthcheck.Test) > 0
			if !there || !healthy || len(dependency.Profiles) > 0 {
				t.Errorf("%s waits for %s to be %s", name, other, on.Condition)
			}
		}
		for _, secret := range s.Secrets {
			if _, there := c.Secrets[secret]; !there {
				t.Errorf("%s: no secret %s", name, secret)
			}
		}
		for variable, value := range s.Environment {
			if file, ok := strings.CutPrefix(value, "/run/secrets/"); ok && !slices.Contains(s.Secrets, file) {
				t.Errorf("%s: %s names the secret %s, which it is not given", name, variable, file)
			}
		}
		for _, config := range s.Configs {
			if _, there := c.Configs[config.Source]; !there {
				t.Errorf("%s: no config %s", name, config.Source)
			}
		}
		for _, volume := range s.Volumes {
			source, _, _ := strings.Cut(volume, ":")
			if _, there := c.Volumes[source]; !there {
				t.Errorf("%s: no volume %s", name, source)
			}
		}
	}
	for secret := range c.Secrets {
		if !strings.Contains(text, "> secrets/"+secret) {
			t.Errorf("nothing says how secrets/%s is made", secret)
		}
	}
	// What an address within names is a service or this machine.
	for _, m := range regexp.MustCompile(`@([a-z-]+):5432|smtp://([a-z]+):\d+\?`).FindAllStringSubmatch(text, -1) {
		host := m[1] + m[2]
		if _, there := c.Services[host]; !there {
			t.Errorf("no service %s", host)
		}
	}
	for _, name := range []string{"web", "worker", "temporal-ui", "temporal-namespace"} {
		if address := c.Services[name].Environment["TEMPORAL_ADDRESS"]; address != "temporal:7233" {
			t.Errorf("%s looks for Temporal at %s", name, address)
		}
	}
}

func TestCompose_Temporal_is_set_as_by_make_server(t *testing.T) {
	t.Parallel()
	c, _ := readCompose(t)
	var dynamic map[string][]struct{ Value int }
	if err := yaml.Unmarshal([]byte(c.Configs["temporal"].Content), &dynamic); err != nil {
		t.Fatal(err)
	}
	got := map[string]any{}
	for key, values := range dynamic {
		got[key] = values[0].Value
	}
	if diff := cmp.Diff(serverDynamic, got); diff != "" {
		t.Errorf("make server and docker-compose.yml differ (-make +compose):\n%s", diff)
	}
	shards := find(model(t).Node, []string{"server"})
	for _, f := range shards.Flags {
		if f.Name == "shards" && f.Default != c.Services["temporal"].Environment["NUM_HISTORY_SHARDS"] {
			t.Errorf("make server has %s shards, docker-compose.yml %s", f.Default, c.Services["temporal"].Environment["NUM_HISTORY_SHARDS"])
		}
	}
	tools, err := os.ReadFile("../../tools/go.mod")
	if err != nil {
		t.Fatal(err)
	}
	version := regexp.MustCompile(`go\.temporal\.io/server v(\S+)`).FindSubmatch(tools)
	for _, name := range []string{"temporal", "temporal-schema", "temporal-namespace"} {
		if _, tag, _ := strings.Cut(c.Services[name].Image, ":"); version == nil || tag != string(version[1]) {
			t.Errorf("%s is %s, make server builds %s", name, c.Services[name].Image, version)
		}
	}
}

// No service runs for nothing: it is ours, another one waits for it, or people
// open its address.
func TestCompose_every_service_is_used(t *testing.T) {
	t.Parallel()
	c, _ := readCompose(t)
	used := map[string]bool{}
	for _, s := range c.Services {
		for name := range s.DependsOn {
			used[name] = true
		}
	}
	for name, s := range c.Services {
		if s.Image != "dondoc" && !used[name] && len(s.Ports) == 0 {
			t.Errorf("nobody uses the service %s", name)
		}
	}
}

// A proxy with TLS stands in front: it alone is spoken to, and its word about the
// people behind it can be believed.
func TestCompose_is_reached_through_a_proxy_on_its_machine(t *testing.T) {
	t.Parallel()
	c, text := readCompose(t)
	for name, s := range c.Services {
		for _, mapping := range s.Ports {
			if !strings.HasPrefix(mapping, "127.0.0.1:") {
				t.Errorf("%s is open to the network at %s", name, mapping)
			}
		}
	}
	for _, name := range []string{"web", "admin"} {
		if got := c.Services[name].Environment["DONDOC_TRUSTED_PROXIES"]; got != "${DONDOC_TRUSTED_PROXIES:-}" {
			t.Errorf("%s trusts %q", name, got)
		}
	}
	if !strings.Contains(text, "# DONDOC_TRUSTED_PROXIES") {
		t.Error("nothing says how a proxy is named")
	}
}

// What an installation keeps beside the sources gets into no commit and no image.
func TestCompose_secrets_settings_and_attachments_stay_on_the_machine(t *testing.T) {
	t.Parallel()
	c, _ := readCompose(t)
	private := map[string]bool{".env": true}
	for _, s := range c.Secrets {
		private[path.Dir(path.Clean(s.File))] = true
	}
	for _, group := range find(model(t).Node, []string{"serve"}).AllFlags(true) {
		for _, f := range group {
			if f.Name == "files" {
				private[f.Default] = true
			}
		}
	}
	if !private["secrets"] || !private["files"] {
		t.Fatalf("what is private is %v", private)
	}
	for file, form := range map[string]string{"../../.gitignore": "/%s", "../../.dockerignore": "%s"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for name := range private {
			if line := fmt.Sprintf(form, name); !slices.ContainsFunc(strings.Split(string(text), "\n"), func(l string) bool { return strings.TrimSuffix(l, "/") == line }) {
				t.Errorf("%s lacks %s", file, line)
			}
		}
	}
}
