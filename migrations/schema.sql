--
-- PostgreSQL database dump
--

--
-- Name: btree_gist; Type: EXTENSION; Schema: -; Owner: -
--

CREATE EXTENSION IF NOT EXISTS btree_gist WITH SCHEMA public;

--
-- Name: EXTENSION btree_gist; Type: COMMENT; Schema: -; Owner: -
--

COMMENT ON EXTENSION btree_gist IS 'support for indexing common datatypes in GiST';

--
-- Name: unaccent; Type: EXTENSION; Schema: -; Owner: -
--

CREATE EXTENSION IF NOT EXISTS unaccent WITH SCHEMA public;

--
-- Name: EXTENSION unaccent; Type: COMMENT; Schema: -; Owner: -
--

COMMENT ON EXTENSION unaccent IS 'text search dictionary that removes accents';

--
-- Name: act_as(bigint, date); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.act_as(who bigint, today date) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public'
    AS $$
declare
	me jsonb;
begin
	me := act_in_seats(who, today);
	if me is null then
		return null;
	end if;
	perform set_config('app.drafts', (select coalesce(array_agg(distinct c.id), '{}')::text
	    from jsonb_to_recordset(me -> 'seats') as s (office text, unit text, cycle text)
	    cross join lateral (
	        select id from cycles where standing_id = s.unit
	        union all select id from cycles where chair_id = s.office
	        union all select id from cycles where vice_chair_id = s.office) c
	    where s.cycle in ('', c.id)), true);
	return me;
end $$;

--
-- Name: act_in_seats(bigint, date); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.act_in_seats(who bigint, today date) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public'
    AS $$
declare
	u     users;
	seats jsonb;
	us    text[];
	os    text[];
	whole text[];
	pairs text[];
	alls  text[];
	parts text[];
begin
	select * into u from users where users.id = who and active;
	if not found then
		return null;
	end if;
	select coalesce(jsonb_agg(jsonb_build_object(
	           'office', o.id, 'unit', o.unit_id, 'role', o.role, 'title', o.title,
	           'unit_name', coalesce(v.name, o.unit_id), 'substitute', h.substitute, 'basis', h.basis, 'cycle', coalesce(h.cycle_id, ''))
	           order by h.substitute, o.id, h.cycle_id nulls first), '[]'),
	       coalesce(array_agg(distinct o.unit_id), '{}'),
	       coalesce(array_agg(distinct o.id) filter (where h.cycle_id is null), '{}'),
	       coalesce(array_agg(distinct o.unit_id) filter (where h.cycle_id is null), '{}'),
	       coalesce(array_agg(distinct h.cycle_id || ' ' || o.unit_id) filter (where h.cycle_id is not null), '{}')
	into seats, us, os, whole, pairs
	from holdings h
	join offices o on o.id = h.office_id
	left join unit_versions v on v.unit_id = o.unit_id
	     and daterange(v.valid_from, v.valid_to, '[]') @> today
	where h.user_id = who
	  and daterange(h.valid_from, h.valid_to, '[]') @> today
	  and daterange(o.valid_from, o.valid_to, '[]') @> today;
	select coalesce(array_agg(c.cycle_id) filter (where c.sees_all), '{}'), coalesce(array_agg(c.cycle_id), '{}') into alls, parts
	from (select cycle_id, bool_or(sees_all) as sees_all from cycle_units
	      where unit_id = any (us) and (unit_id = any (whole) or cycle_id || ' ' || unit_id = any (pairs)) group by cycle_id) c;
	perform set_config('app.system', '', true),
	        set_config('app.user', who::text, true),
	        set_config('app.admin', case when u.admin then 'on' else '' end, true),
	        set_config('app.units', us::text, true),
	        set_config('app.offices', os::text, true),
	        set_config('app.narrow', array(select x from unnest(us) x where x <> all (whole))::text, true),
	        set_config('app.within', pairs::text, true),
	        set_config('app.cycles', alls::text, true),
	        set_config('app.member', parts::text, true);
	return jsonb_build_object('name', u.name, 'admin', u.admin, 'seats', seats);
end $$;

--
-- Name: app_actor(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.app_actor() RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ select app_system() or app_user() is not null $$;

--
-- Name: app_admin(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.app_admin() RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ select coalesce(current_setting('app.admin', true), '') = 'on' $$;

--
-- Name: app_cycles(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.app_cycles() RETURNS text[]
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ select coalesce(nullif(current_setting('app.cycles', true), '')::text[], '{}') $$;

--
-- Name: app_drafts(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.app_drafts() RETURNS text[]
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ select coalesce(nullif(current_setting('app.drafts', true), '')::text[], '{}') $$;

--
-- Name: app_member(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.app_member() RETURNS text[]
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ select coalesce(nullif(current_setting('app.member', true), '')::text[], '{}') $$;

--
-- Name: app_narrow(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.app_narrow() RETURNS text[]
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ select coalesce(nullif(current_setting('app.narrow', true), '')::text[], '{}') $$;

--
-- Name: app_offices(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.app_offices() RETURNS text[]
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ select coalesce(nullif(current_setting('app.offices', true), '')::text[], '{}') $$;

--
-- Name: app_system(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.app_system() RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ select coalesce(current_setting('app.system', true), '') <> '' $$;

--
-- Name: app_units(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.app_units() RETURNS text[]
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ select coalesce(nullif(current_setting('app.units', true), '')::text[], '{}') $$;

--
-- Name: app_user(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.app_user() RETURNS bigint
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ select nullif(current_setting('app.user', true), '')::bigint $$;

--
-- Name: app_within(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.app_within() RETURNS text[]
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ select coalesce(nullif(current_setting('app.within', true), '')::text[], '{}') $$;

--
-- Name: fold(text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.fold(t text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$ select lower(public.unaccent('public.unaccent', normalize(t, nfc))) $$;

--
-- Name: local_day(timestamp with time zone); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.local_day(at timestamp with time zone) RETURNS date
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ select (at at time zone 'Asia/Ho_Chi_Minh')::date $$;

--
-- Name: name_on(text, date); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.name_on(unit text, day date) RETURNS TABLE(name text)
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
	select v.name from unit_versions v where v.unit_id = unit and daterange(v.valid_from, v.valid_to, '[]') @> day limit 1
$$;

--
-- Name: refuse_change(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
	raise exception 'history is append-only';
end $$;

--
-- Name: refuse_issued_change(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.refuse_issued_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
	if old.state = 'issued' then
		raise exception 'an assignment that was issued stays as it is';
	end if;
	return new;
end $$;

--
-- Name: refuse_ledger_change(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.refuse_ledger_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
	raise exception 'a ledger is append-only';
end $$;

--
-- Name: refuse_sent_change(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.refuse_sent_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
	if old.sent_at is not null and (new.rollup, new.text, new.reason, new.sent_at) is distinct from (old.rollup, old.text, old.reason, old.sent_at) then
		raise exception 'a consolidated report that was sent is revised, not changed';
	end if;
	return new;
end $$;

--
-- Name: unreachable(text, date); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.unreachable(cycle text, today date) RETURNS bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'public'
    AS $$
begin
	if not app_system() and cycle <> all (app_cycles()) then
		return 0;
	end if;
	return (
		select count(*)
		from (select distinct h.user_id from cycle_units c join offices o on o.unit_id = c.unit_id join holdings h on h.office_id = o.id
		      where c.cycle_id = cycle and daterange(h.valid_from, h.valid_to, '[]') @> today) x
		join users u on u.id = x.user_id and u.active
		join accounts a on a.user_id = u.id
		left join lateral (select state from notices n where n.user_id = u.id and n.state in ('sent', 'failed') order by n.id desc limit 1) m on true
		where a.email = '' or m.state = 'failed');
end $$;

--
-- Name: accounts; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.accounts (
    user_id bigint NOT NULL,
    login text NOT NULL,
    email text DEFAULT ''::text NOT NULL,
    password_hash text DEFAULT ''::text NOT NULL,
    phone text DEFAULT ''::text NOT NULL,
    reminders boolean DEFAULT true NOT NULL,
    decisions boolean DEFAULT true NOT NULL,
    feed_version integer DEFAULT 0 NOT NULL,
    feed_on boolean DEFAULT false NOT NULL,
    access_since timestamp with time zone,
    CONSTRAINT accounts_login_check CHECK (((login = lower(login)) AND (login <> ''::text)))
);

--
-- Name: api_keys; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.api_keys (
    sha256 bytea NOT NULL,
    user_id bigint NOT NULL,
    name text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone
);

--
-- Name: assignments; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.assignments (
    cycle_id text NOT NULL,
    no integer NOT NULL,
    state text DEFAULT 'draft'::text NOT NULL,
    groups jsonb NOT NULL,
    note text DEFAULT ''::text NOT NULL,
    remark text DEFAULT ''::text NOT NULL,
    basis text DEFAULT ''::text NOT NULL,
    effective_at timestamp with time zone,
    saved_at timestamp with time zone NOT NULL,
    saved_by bigint,
    drafters bigint[] DEFAULT '{}'::bigint[] NOT NULL,
    sent_at timestamp with time zone,
    issued_at timestamp with time zone,
    issued_by bigint,
    version integer DEFAULT 1 NOT NULL,
    CONSTRAINT assignments_check CHECK ((((state = 'issued'::text) = (issued_at IS NOT NULL)) AND ((state = 'issued'::text) = (effective_at IS NOT NULL)))),
    CONSTRAINT assignments_no_check CHECK ((no > 0)),
    CONSTRAINT assignments_state_check CHECK ((state = ANY (ARRAY['draft'::text, 'sent'::text, 'issued'::text])))
);

ALTER TABLE ONLY public.assignments FORCE ROW LEVEL SECURITY;

--
-- Name: attachments; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.attachments (
    id bigint NOT NULL,
    cycle_id text NOT NULL,
    subject text NOT NULL,
    subject_id bigint NOT NULL,
    unit_id text NOT NULL,
    name text NOT NULL,
    type text NOT NULL,
    size bigint NOT NULL,
    sha256 bytea NOT NULL,
    blob text NOT NULL COLLATE pg_catalog."C",
    saved_at timestamp with time zone NOT NULL,
    saved_by bigint,
    struck_at timestamp with time zone,
    struck_by bigint,
    reason text DEFAULT ''::text NOT NULL,
    CONSTRAINT attachments_name_check CHECK ((name <> ''::text)),
    CONSTRAINT attachments_size_check CHECK ((size > 0)),
    CONSTRAINT attachments_subject_check CHECK ((subject ~ '^[a-z][a-z_]{0,30}$'::text))
);

ALTER TABLE ONLY public.attachments FORCE ROW LEVEL SECURITY;

--
-- Name: attachments_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.attachments ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.attachments_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: audits; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.audits (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    duties integer NOT NULL,
    flaws jsonb NOT NULL
);

ALTER TABLE ONLY public.audits FORCE ROW LEVEL SECURITY;

--
-- Name: audits_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.audits ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.audits_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: calls; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.calls (
    id bigint NOT NULL,
    cycle_id text NOT NULL,
    duty_id bigint NOT NULL,
    key text NOT NULL,
    office_id text DEFAULT ''::text NOT NULL,
    whom text NOT NULL,
    said text NOT NULL,
    called_at timestamp with time zone NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    recorded_by bigint,
    CONSTRAINT calls_said_check CHECK ((said <> ''::text)),
    CONSTRAINT calls_whom_check CHECK ((whom <> ''::text))
);

ALTER TABLE ONLY public.calls FORCE ROW LEVEL SECURITY;

--
-- Name: calls_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.calls ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.calls_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: committee_areas; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.committee_areas (
    cycle_id text NOT NULL,
    unit_id text NOT NULL,
    place integer NOT NULL,
    area_id text NOT NULL,
    hamlet text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C"
);

ALTER TABLE ONLY public.committee_areas FORCE ROW LEVEL SECURITY;

--
-- Name: committee_members; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.committee_members (
    cycle_id text NOT NULL,
    unit_id text NOT NULL,
    place integer NOT NULL,
    name text NOT NULL,
    title text DEFAULT ''::text NOT NULL,
    office_id text,
    from_day date,
    until_day date,
    CONSTRAINT committee_members_check CHECK ((until_day >= from_day)),
    CONSTRAINT committee_members_name_check CHECK ((name <> ''::text))
);

ALTER TABLE ONLY public.committee_members FORCE ROW LEVEL SECURITY;

--
-- Name: committees; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.committees (
    cycle_id text NOT NULL,
    unit_id text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    saved_at timestamp with time zone NOT NULL,
    saved_by bigint
);

ALTER TABLE ONLY public.committees FORCE ROW LEVEL SECURITY;

--
-- Name: component_households; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.component_households (
    component_id bigint NOT NULL,
    household_id bigint NOT NULL
);

ALTER TABLE ONLY public.component_households FORCE ROW LEVEL SECURITY;

--
-- Name: component_kinds; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.component_kinds (
    id bigint NOT NULL,
    owner_id text,
    code text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL,
    name_en text NOT NULL,
    CONSTRAINT component_kinds_code_check CHECK ((code ~ '^[a-z][a-z0-9_]{0,40}$'::text)),
    CONSTRAINT component_kinds_name_check CHECK ((name <> ''::text)),
    CONSTRAINT component_kinds_name_en_check CHECK ((name_en <> ''::text))
);

ALTER TABLE ONLY public.component_kinds FORCE ROW LEVEL SECURITY;

--
-- Name: component_kinds_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.component_kinds ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.component_kinds_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: components; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.components (
    id bigint NOT NULL,
    cycle_id text NOT NULL,
    code text NOT NULL COLLATE pg_catalog."C",
    unit_id text NOT NULL,
    group_code text DEFAULT ''::text NOT NULL,
    commune_id text NOT NULL,
    kind text NOT NULL COLLATE pg_catalog."C",
    title text NOT NULL,
    quantity bigint DEFAULT 0 NOT NULL,
    measure text DEFAULT ''::text NOT NULL,
    value bigint DEFAULT 0 NOT NULL,
    fund_id bigint,
    programme text DEFAULT ''::text NOT NULL,
    share integer DEFAULT 0 NOT NULL,
    start_by date,
    end_by date,
    start_duty text DEFAULT ''::text NOT NULL,
    audience text[] DEFAULT '{}'::text[] NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    saved_at timestamp with time zone NOT NULL,
    saved_by bigint,
    CONSTRAINT components_check CHECK (((fund_id IS NULL) OR (programme = ''::text))),
    CONSTRAINT components_code_check CHECK ((code ~ '^[a-z0-9][a-z0-9.-]{0,39}$'::text)),
    CONSTRAINT components_quantity_check CHECK ((quantity >= 0)),
    CONSTRAINT components_share_check CHECK (((share >= 0) AND (share <= 100))),
    CONSTRAINT components_title_check CHECK ((title <> ''::text)),
    CONSTRAINT components_value_check CHECK ((value >= 0))
);

ALTER TABLE ONLY public.components FORCE ROW LEVEL SECURITY;

--
-- Name: components_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.components ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.components_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: consolidations; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.consolidations (
    cycle_id text NOT NULL,
    period text NOT NULL,
    revision integer NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    state text DEFAULT 'draft'::text NOT NULL,
    rollup jsonb NOT NULL,
    text text DEFAULT ''::text NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    remarks text DEFAULT ''::text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    saved_at timestamp with time zone NOT NULL,
    saved_by bigint,
    sent_at timestamp with time zone,
    decided_at timestamp with time zone,
    CONSTRAINT consolidations_check CHECK (((state = 'draft'::text) = (sent_at IS NULL))),
    CONSTRAINT consolidations_revision_check CHECK ((revision > 0)),
    CONSTRAINT consolidations_state_check CHECK ((state = ANY (ARRAY['draft'::text, 'sent'::text, 'returned'::text, 'accepted'::text])))
);

ALTER TABLE ONLY public.consolidations FORCE ROW LEVEL SECURITY;

--
-- Name: contributions; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.contributions (
    duty_id bigint NOT NULL,
    unit_id text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    figures jsonb DEFAULT '{}'::jsonb NOT NULL,
    text text DEFAULT ''::text NOT NULL,
    nothing boolean DEFAULT false NOT NULL,
    saved_at timestamp with time zone NOT NULL,
    saved_by bigint,
    CONSTRAINT contributions_version_check CHECK ((version > 0))
);

ALTER TABLE ONLY public.contributions FORCE ROW LEVEL SECURITY;

--
-- Name: cycle_units; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.cycle_units (
    cycle_id text NOT NULL,
    unit_id text NOT NULL,
    role text NOT NULL,
    sees_all boolean DEFAULT false NOT NULL
);

--
-- Name: cycles; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.cycles (
    id text NOT NULL,
    owner_id text NOT NULL,
    year integer NOT NULL,
    title text NOT NULL,
    example boolean DEFAULT false NOT NULL,
    state text DEFAULT 'draft'::text NOT NULL,
    issued_at timestamp with time zone NOT NULL,
    started_at timestamp with time zone,
    closed_at timestamp with time zone,
    rules jsonb NOT NULL,
    standing_id text GENERATED ALWAYS AS ((rules #>> '{bindings,standing}'::text[])) STORED,
    chair_id text GENERATED ALWAYS AS ((rules #>> '{bindings,chair}'::text[])) STORED,
    vice_chair_id text GENERATED ALWAYS AS ((rules #>> '{bindings,vice_chair}'::text[])) STORED,
    CONSTRAINT cycles_check CHECK (((state = 'draft'::text) = (started_at IS NULL))),
    CONSTRAINT cycles_state_check CHECK ((state = ANY (ARRAY['draft'::text, 'running'::text, 'closed'::text]))),
    CONSTRAINT cycles_year_check CHECK (((year >= 1990) AND (year <= 2200)))
);

--
-- Name: days_off; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.days_off (
    day date NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    source text DEFAULT ''::text NOT NULL,
    entered_by bigint,
    entered_at timestamp with time zone NOT NULL,
    CONSTRAINT days_off_kind_check CHECK ((kind = ANY (ARRAY['holiday'::text, 'swap'::text, 'work'::text])))
);

--
-- Name: decisions; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.decisions (
    id bigint NOT NULL,
    key text DEFAULT ''::text NOT NULL,
    actor_id bigint DEFAULT 0 NOT NULL,
    office_id text DEFAULT ''::text NOT NULL,
    cycle_id text NOT NULL,
    payload jsonb NOT NULL,
    proposed_at timestamp with time zone NOT NULL,
    enacted_at timestamp with time zone,
    outcome jsonb
);

--
-- Name: decisions_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.decisions ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.decisions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: deliveries; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.deliveries (
    id bigint NOT NULL,
    batch bigint NOT NULL,
    cycle_id text NOT NULL,
    component_id bigint NOT NULL,
    day date NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    recorded_by bigint,
    unit_id text NOT NULL,
    office_id text DEFAULT ''::text NOT NULL,
    on_behalf boolean DEFAULT false NOT NULL,
    household_id bigint,
    code text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    head text DEFAULT ''::text NOT NULL,
    audience text DEFAULT ''::text NOT NULL,
    quantity bigint DEFAULT 0 NOT NULL,
    value bigint DEFAULT 0 NOT NULL,
    basis text DEFAULT ''::text NOT NULL,
    note text DEFAULT ''::text NOT NULL,
    corrects bigint,
    CONSTRAINT deliveries_check CHECK (((corrects IS NOT NULL) OR ((quantity >= 0) AND (value >= 0))))
);

ALTER TABLE ONLY public.deliveries FORCE ROW LEVEL SECURITY;

--
-- Name: deliveries_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.deliveries ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.deliveries_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: delivery_batches; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.delivery_batches
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

--
-- Name: delivery_confirmations; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.delivery_confirmations (
    batch bigint NOT NULL,
    component_id bigint NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    recorded_by bigint,
    office_id text DEFAULT ''::text NOT NULL
);

ALTER TABLE ONLY public.delivery_confirmations FORCE ROW LEVEL SECURITY;

--
-- Name: document_books; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.document_books (
    unit_id text NOT NULL,
    year integer NOT NULL,
    kind text NOT NULL,
    last integer NOT NULL,
    CONSTRAINT document_books_last_check CHECK ((last >= 0))
);

ALTER TABLE ONLY public.document_books FORCE ROW LEVEL SECURITY;

--
-- Name: document_gaps; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.document_gaps (
    unit_id text NOT NULL,
    year integer NOT NULL,
    kind text NOT NULL,
    number integer NOT NULL,
    reason text NOT NULL,
    saved_at timestamp with time zone NOT NULL,
    saved_by bigint,
    CONSTRAINT document_gaps_number_check CHECK ((number > 0)),
    CONSTRAINT document_gaps_reason_check CHECK ((reason <> ''::text))
);

ALTER TABLE ONLY public.document_gaps FORCE ROW LEVEL SECURITY;

--
-- Name: document_templates; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.document_templates (
    id bigint NOT NULL,
    owner_id text NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    content bytea,
    saved_at timestamp with time zone NOT NULL,
    saved_by bigint
);

ALTER TABLE ONLY public.document_templates FORCE ROW LEVEL SECURITY;

--
-- Name: document_templates_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.document_templates ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.document_templates_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: documents; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.documents (
    id bigint NOT NULL,
    cycle_id text NOT NULL,
    key text NOT NULL,
    kind text NOT NULL,
    subject text NOT NULL,
    unit_id text NOT NULL,
    drafter_id text NOT NULL,
    title text NOT NULL,
    place text NOT NULL,
    day date NOT NULL,
    symbol text DEFAULT ''::text NOT NULL,
    signer_id text NOT NULL,
    addressees text[] DEFAULT '{}'::text[] NOT NULL,
    bases text[] DEFAULT '{}'::text[] NOT NULL,
    audience text[] DEFAULT '{}'::text[] NOT NULL,
    copies text[] DEFAULT '{}'::text[] NOT NULL,
    file text DEFAULT ''::text NOT NULL,
    urgency text DEFAULT ''::text NOT NULL,
    body text DEFAULT ''::text NOT NULL,
    answer_by date,
    state text NOT NULL,
    number integer,
    year integer GENERATED ALWAYS AS ((EXTRACT(year FROM day))::integer) STORED NOT NULL,
    typed boolean DEFAULT false NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    template_id bigint,
    data jsonb,
    version integer DEFAULT 1 NOT NULL,
    saved_at timestamp with time zone NOT NULL,
    saved_by bigint,
    issued_at timestamp with time zone,
    book text GENERATED ALWAYS AS (
CASE kind
    WHEN 'review'::text THEN 'report'::text
    ELSE kind
END) STORED NOT NULL,
    CONSTRAINT documents_check CHECK (((state = 'void'::text) = (reason <> ''::text))),
    CONSTRAINT documents_check1 CHECK (((state = ANY (ARRAY['issued'::text, 'filed'::text])) <= ((data IS NOT NULL) AND (issued_at IS NOT NULL)))),
    CONSTRAINT documents_check2 CHECK (((state <> 'draft'::text) OR (number IS NULL))),
    CONSTRAINT documents_key_check CHECK ((key <> ''::text)),
    CONSTRAINT documents_kind_check CHECK ((kind = ANY (ARRAY['plan'::text, 'conclusion'::text, 'report'::text, 'review'::text, 'reminder'::text, 'invitation'::text, 'minutes'::text, 'submission'::text, 'posting'::text, 'summary'::text]))),
    CONSTRAINT documents_number_check CHECK ((number > 0)),
    CONSTRAINT documents_state_check CHECK ((state = ANY (ARRAY['draft'::text, 'issued'::text, 'filed'::text, 'void'::text]))),
    CONSTRAINT documents_subject_check CHECK ((subject <> ''::text)),
    CONSTRAINT documents_title_check CHECK ((title <> ''::text)),
    CONSTRAINT documents_urgency_check CHECK ((urgency = ANY (ARRAY[''::text, 'urgent'::text, 'very_urgent'::text, 'express'::text])))
);

ALTER TABLE ONLY public.documents FORCE ROW LEVEL SECURITY;

--
-- Name: documents_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.documents ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.documents_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: duties; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.duties (
    id bigint NOT NULL,
    key text NOT NULL,
    cycle_id text NOT NULL,
    code text NOT NULL,
    kind text NOT NULL,
    title text NOT NULL,
    unit_id text NOT NULL,
    period text DEFAULT ''::text NOT NULL,
    subject text DEFAULT ''::text NOT NULL,
    process text NOT NULL,
    process_key text NOT NULL,
    stated text NOT NULL,
    day_off text NOT NULL,
    ladder_name text NOT NULL,
    deemed boolean DEFAULT false NOT NULL,
    source text DEFAULT ''::text NOT NULL,
    audience text[] DEFAULT '{}'::text[] NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    state text NOT NULL,
    ladder_no integer DEFAULT 0 NOT NULL,
    last_day date,
    overdue_at timestamp with time zone,
    overdue boolean DEFAULT false NOT NULL,
    verdict text DEFAULT ''::text NOT NULL,
    extended boolean DEFAULT false NOT NULL,
    trouble text DEFAULT ''::text NOT NULL,
    rung text DEFAULT ''::text NOT NULL,
    escalated boolean DEFAULT false NOT NULL,
    held_until date,
    returns integer DEFAULT 0 NOT NULL,
    first_submitted_at timestamp with time zone,
    submitted_at timestamp with time zone,
    accepted_at timestamp with time zone,
    next_at timestamp with time zone,
    requested date,
    handed text DEFAULT ''::text NOT NULL,
    last_act text DEFAULT ''::text NOT NULL,
    last_actor bigint,
    last_act_at timestamp with time zone,
    carried_from bigint,
    CONSTRAINT duties_check CHECK (((last_act = ''::text) = (last_act_at IS NULL)))
);

--
-- Name: duties_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.duties ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.duties_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: escalations; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.escalations (
    duty_id bigint NOT NULL,
    cycle_id text NOT NULL,
    ladder integer NOT NULL,
    rung text NOT NULL,
    demand text DEFAULT ''::text NOT NULL,
    office_id text DEFAULT ''::text NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    closed_at timestamp with time zone,
    outcome text DEFAULT ''::text NOT NULL,
    answer_by timestamp with time zone
);

--
-- Name: export_settings; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.export_settings (
    owner_id text NOT NULL,
    columns jsonb NOT NULL,
    version integer NOT NULL,
    saved_at timestamp with time zone NOT NULL,
    saved_by bigint
);

ALTER TABLE ONLY public.export_settings FORCE ROW LEVEL SECURITY;

--
-- Name: fund_entries; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.fund_entries (
    id bigint NOT NULL,
    fund_id bigint NOT NULL,
    kind text NOT NULL,
    amount bigint NOT NULL,
    day date NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    recorded_by bigint,
    office_id text DEFAULT ''::text NOT NULL,
    delivery_id bigint,
    corrects bigint,
    basis text DEFAULT ''::text NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    CONSTRAINT fund_entries_amount_check CHECK ((amount <> 0)),
    CONSTRAINT fund_entries_check CHECK (((kind = 'correction'::text) = (corrects IS NOT NULL))),
    CONSTRAINT fund_entries_kind_check CHECK ((kind = ANY (ARRAY['raised'::text, 'spent'::text, 'carried_in'::text, 'carried_out'::text, 'correction'::text])))
);

ALTER TABLE ONLY public.fund_entries FORCE ROW LEVEL SECURITY;

--
-- Name: fund_entries_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.fund_entries ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.fund_entries_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: funds; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.funds (
    id bigint NOT NULL,
    cycle_id text NOT NULL,
    code text NOT NULL COLLATE pg_catalog."C",
    unit_id text NOT NULL,
    name text NOT NULL,
    year integer NOT NULL,
    carried_from bigint,
    audience text[] DEFAULT '{}'::text[] NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    saved_at timestamp with time zone NOT NULL,
    saved_by bigint,
    CONSTRAINT funds_code_check CHECK ((code ~ '^[a-z0-9][a-z0-9.-]{0,39}$'::text)),
    CONSTRAINT funds_name_check CHECK ((name <> ''::text)),
    CONSTRAINT funds_year_check CHECK (((year >= 1990) AND (year <= 2200)))
);

ALTER TABLE ONLY public.funds FORCE ROW LEVEL SECURITY;

--
-- Name: funds_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.funds ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.funds_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: group_answers; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.group_answers (
    cycle_id text NOT NULL,
    no integer NOT NULL,
    group_code text NOT NULL COLLATE pg_catalog."C",
    unit_id text NOT NULL,
    accepted boolean NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    office_id text DEFAULT ''::text NOT NULL,
    answered_by bigint,
    answered_at timestamp with time zone NOT NULL,
    CONSTRAINT group_answers_check CHECK ((accepted OR (reason <> ''::text)))
);

ALTER TABLE ONLY public.group_answers FORCE ROW LEVEL SECURITY;

--
-- Name: hamlets; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.hamlets (
    unit_id text NOT NULL,
    code text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL,
    CONSTRAINT hamlets_code_check CHECK ((code <> ''::text)),
    CONSTRAINT hamlets_name_check CHECK ((name <> ''::text))
);

--
-- Name: helpers; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.helpers (
    id bigint NOT NULL,
    cycle_id text NOT NULL,
    unit_id text NOT NULL,
    household_id bigint NOT NULL,
    code text NOT NULL COLLATE pg_catalog."C",
    head text NOT NULL,
    hamlet_name text NOT NULL,
    kind text NOT NULL,
    helper_id text DEFAULT ''::text NOT NULL,
    other text DEFAULT ''::text NOT NULL,
    needs text[] DEFAULT '{}'::text[] NOT NULL,
    agreed_on date,
    from_day date NOT NULL,
    until_day date,
    reason text DEFAULT ''::text NOT NULL,
    basis text DEFAULT ''::text NOT NULL,
    audience text[] DEFAULT '{}'::text[] NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    saved_at timestamp with time zone NOT NULL,
    saved_by bigint,
    CONSTRAINT helpers_check CHECK ((((kind = 'unit'::text) = (helper_id <> ''::text)) AND ((kind = 'unit'::text) = (other = ''::text)))),
    CONSTRAINT helpers_check1 CHECK ((until_day >= from_day)),
    CONSTRAINT helpers_code_check CHECK ((code <> ''::text)),
    CONSTRAINT helpers_kind_check CHECK ((kind = ANY (ARRAY['unit'::text, 'union'::text, 'households'::text])))
);

ALTER TABLE ONLY public.helpers FORCE ROW LEVEL SECURITY;

--
-- Name: helpers_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.helpers ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.helpers_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: history; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.history (
    id bigint NOT NULL,
    cycle_id text NOT NULL,
    duty_id bigint,
    code text DEFAULT ''::text NOT NULL,
    event text NOT NULL,
    effective_at timestamp with time zone NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    unit_id text DEFAULT ''::text NOT NULL,
    period text DEFAULT ''::text NOT NULL,
    ladder integer DEFAULT 0 NOT NULL,
    rung text DEFAULT ''::text NOT NULL,
    office_id text DEFAULT ''::text NOT NULL,
    actor_id bigint,
    on_behalf boolean DEFAULT false NOT NULL,
    by_day date,
    stated text DEFAULT ''::text NOT NULL,
    basis text DEFAULT ''::text NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    demand text DEFAULT ''::text NOT NULL,
    whom text DEFAULT ''::text NOT NULL
);

--
-- Name: history_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.history ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.history_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: holdings; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.holdings (
    id bigint NOT NULL,
    office_id text NOT NULL,
    user_id bigint NOT NULL,
    substitute boolean DEFAULT false NOT NULL,
    basis text DEFAULT ''::text NOT NULL,
    valid_from date,
    valid_to date,
    cycle_id text,
    handed boolean DEFAULT true NOT NULL,
    set_by bigint,
    set_at timestamp with time zone,
    CONSTRAINT holdings_check CHECK (((NOT substitute) OR (basis <> ''::text))),
    CONSTRAINT holdings_check1 CHECK (((cycle_id IS NULL) OR substitute))
);

--
-- Name: holdings_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.holdings ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.holdings_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: household_settlements; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.household_settlements (
    id bigint NOT NULL,
    cycle_id text NOT NULL,
    key text NOT NULL,
    kind text NOT NULL,
    household_id bigint NOT NULL,
    unit_id text NOT NULL,
    other_id bigint,
    other_unit_id text NOT NULL,
    cause text DEFAULT ''::text NOT NULL,
    reason text NOT NULL,
    basis text DEFAULT ''::text NOT NULL,
    on_behalf boolean DEFAULT false NOT NULL,
    at timestamp with time zone NOT NULL,
    actor_id bigint,
    office_id text DEFAULT ''::text NOT NULL,
    sheet jsonb NOT NULL,
    kept jsonb,
    after_version integer DEFAULT 0 NOT NULL,
    undone_at timestamp with time zone,
    undone_by bigint,
    undone_office text DEFAULT ''::text NOT NULL,
    undone_reason text DEFAULT ''::text NOT NULL,
    CONSTRAINT household_settlements_cause_check CHECK ((cause = ANY (ARRAY[''::text, 'died'::text, 'moved_away'::text, 'mistake'::text, 'other'::text]))),
    CONSTRAINT household_settlements_check CHECK (((kind = ANY (ARRAY['merged'::text, 'apart'::text])) = (other_id IS NOT NULL))),
    CONSTRAINT household_settlements_check1 CHECK (((kind = 'struck'::text) = (cause <> ''::text))),
    CONSTRAINT household_settlements_check2 CHECK (((undone_at IS NULL) OR (undone_reason <> ''::text))),
    CONSTRAINT household_settlements_key_check CHECK ((key <> ''::text)),
    CONSTRAINT household_settlements_kind_check CHECK ((kind = ANY (ARRAY['struck'::text, 'merged'::text, 'apart'::text, 'moved'::text]))),
    CONSTRAINT household_settlements_reason_check CHECK ((reason <> ''::text))
);

ALTER TABLE ONLY public.household_settlements FORCE ROW LEVEL SECURITY;

--
-- Name: household_settlements_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.household_settlements ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.household_settlements_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: households; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.households (
    id bigint NOT NULL,
    cycle_id text NOT NULL,
    unit_id text NOT NULL,
    hamlet text NOT NULL COLLATE pg_catalog."C",
    code text NOT NULL COLLATE pg_catalog."C",
    previous_id bigint,
    head text NOT NULL,
    head_folded text GENERATED ALWAYS AS (public.fold(head)) STORED NOT NULL COLLATE pg_catalog."C",
    head_born integer DEFAULT 0 NOT NULL,
    head_female boolean DEFAULT false NOT NULL,
    id_number text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    health_card text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    members integer NOT NULL,
    children integer DEFAULT 0 NOT NULL,
    elderly integer DEFAULT 0 NOT NULL,
    workers integer DEFAULT 0 NOT NULL,
    disabled integer DEFAULT 0 NOT NULL,
    ethnic boolean DEFAULT false NOT NULL,
    policy_family boolean DEFAULT false NOT NULL,
    urban boolean DEFAULT false NOT NULL,
    production_land integer DEFAULT 0 NOT NULL,
    income bigint DEFAULT 0 NOT NULL,
    points integer DEFAULT 0 NOT NULL,
    deprived text[] DEFAULT '{}'::text[] NOT NULL,
    declared text DEFAULT ''::text NOT NULL,
    computed text DEFAULT ''::text NOT NULL,
    policy_group text DEFAULT ''::text NOT NULL,
    causes text[] DEFAULT '{}'::text[] NOT NULL,
    cause_other text DEFAULT ''::text NOT NULL,
    needs text[] DEFAULT '{}'::text[] NOT NULL,
    health text DEFAULT ''::text NOT NULL,
    note text DEFAULT ''::text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    saved_at timestamp with time zone NOT NULL,
    saved_by bigint,
    CONSTRAINT households_children_check CHECK ((children >= 0)),
    CONSTRAINT households_code_check CHECK ((code <> ''::text)),
    CONSTRAINT households_computed_check CHECK ((computed = ANY (ARRAY[''::text, 'poor'::text, 'near_poor'::text, 'not_poor'::text]))),
    CONSTRAINT households_declared_check CHECK ((declared = ANY (ARRAY[''::text, 'poor'::text, 'near_poor'::text, 'not_poor'::text]))),
    CONSTRAINT households_disabled_check CHECK ((disabled >= 0)),
    CONSTRAINT households_elderly_check CHECK ((elderly >= 0)),
    CONSTRAINT households_head_check CHECK ((head <> ''::text)),
    CONSTRAINT households_income_check CHECK ((income >= 0)),
    CONSTRAINT households_members_check CHECK ((members > 0)),
    CONSTRAINT households_points_check CHECK ((points >= 0)),
    CONSTRAINT households_policy_group_check CHECK ((policy_group = ANY (ARRAY[''::text, 'policy'::text, 'hard_core'::text]))),
    CONSTRAINT households_production_land_check CHECK ((production_land >= 0)),
    CONSTRAINT households_workers_check CHECK ((workers >= 0))
);

--
-- Name: households_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.households ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.households_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: indicator_results; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.indicator_results (
    cycle_id text NOT NULL,
    kind text NOT NULL,
    code text NOT NULL COLLATE pg_catalog."C",
    base bigint DEFAULT 0 NOT NULL,
    reached bigint DEFAULT 0 NOT NULL,
    note text DEFAULT ''::text NOT NULL,
    saved_at timestamp with time zone NOT NULL,
    saved_by bigint,
    version integer DEFAULT 1 NOT NULL,
    CONSTRAINT indicator_results_base_check CHECK ((base >= 0))
);

ALTER TABLE ONLY public.indicator_results FORCE ROW LEVEL SECURITY;

--
-- Name: indicators; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.indicators (
    cycle_id text NOT NULL,
    code text NOT NULL COLLATE pg_catalog."C",
    place integer DEFAULT 0 NOT NULL,
    name text NOT NULL,
    name_en text DEFAULT ''::text NOT NULL,
    kind text NOT NULL,
    base text DEFAULT ''::text NOT NULL,
    base_en text DEFAULT ''::text NOT NULL,
    low bigint DEFAULT 0 NOT NULL,
    high bigint DEFAULT 0 NOT NULL,
    source text DEFAULT ''::text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    saved_at timestamp with time zone NOT NULL,
    saved_by bigint,
    CONSTRAINT indicators_check CHECK ((high >= low)),
    CONSTRAINT indicators_code_check CHECK ((code ~ '^[a-z][a-z0-9-]{0,40}$'::text)),
    CONSTRAINT indicators_kind_check CHECK ((kind = ANY (ARRAY['percent'::text, 'count'::text, 'turns'::text, 'rate'::text, 'points'::text, 'text'::text]))),
    CONSTRAINT indicators_name_check CHECK ((name <> ''::text))
);

ALTER TABLE ONLY public.indicators FORCE ROW LEVEL SECURITY;

--
-- Name: meeting_conclusions; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.meeting_conclusions (
    meeting_id bigint NOT NULL,
    no integer NOT NULL,
    text text NOT NULL,
    unit_id text DEFAULT ''::text NOT NULL,
    stated text NOT NULL,
    duty_id bigint,
    CONSTRAINT meeting_conclusions_no_check CHECK ((no > 0)),
    CONSTRAINT meeting_conclusions_text_check CHECK ((text <> ''::text))
);

ALTER TABLE ONLY public.meeting_conclusions FORCE ROW LEVEL SECURITY;

--
-- Name: meeting_invitations; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.meeting_invitations (
    meeting_id bigint NOT NULL,
    unit_id text NOT NULL,
    office_id text DEFAULT ''::text NOT NULL,
    must boolean DEFAULT false NOT NULL,
    answer text DEFAULT ''::text NOT NULL,
    came text DEFAULT ''::text NOT NULL,
    delegate text DEFAULT ''::text NOT NULL,
    CONSTRAINT meeting_invitations_answer_check CHECK ((answer = ANY (ARRAY[''::text, 'comes'::text, 'delegate'::text, 'declines'::text]))),
    CONSTRAINT meeting_invitations_came_check CHECK ((came = ANY (ARRAY[''::text, 'came'::text, 'delegate'::text, 'absent'::text])))
);

ALTER TABLE ONLY public.meeting_invitations FORCE ROW LEVEL SECURITY;

--
-- Name: meeting_minutes; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.meeting_minutes (
    meeting_id bigint NOT NULL,
    audience text[] NOT NULL,
    agenda text DEFAULT ''::text NOT NULL,
    minutes text DEFAULT ''::text NOT NULL,
    paper text DEFAULT ''::text NOT NULL
);

ALTER TABLE ONLY public.meeting_minutes FORCE ROW LEVEL SECURITY;

--
-- Name: meetings; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.meetings (
    id bigint NOT NULL,
    cycle_id text NOT NULL,
    code text NOT NULL COLLATE pg_catalog."C",
    kind text NOT NULL,
    unit_id text NOT NULL,
    about_id text DEFAULT ''::text NOT NULL,
    title text NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    place text DEFAULT ''::text NOT NULL,
    chair_id text DEFAULT ''::text NOT NULL,
    state text DEFAULT 'planned'::text NOT NULL,
    next_day date,
    people integer DEFAULT 0 NOT NULL,
    duty_id bigint,
    sequence integer DEFAULT 0 NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    invited_at timestamp with time zone,
    held_at timestamp with time zone,
    CONSTRAINT meetings_check CHECK ((ends_at >= starts_at)),
    CONSTRAINT meetings_check1 CHECK (((state = 'held'::text) = (held_at IS NOT NULL))),
    CONSTRAINT meetings_code_check CHECK ((code <> ''::text)),
    CONSTRAINT meetings_kind_check CHECK ((kind = ANY (ARRAY['coordination'::text, 'district'::text, 'review'::text, 'inspection'::text, 'group'::text, 'contact'::text]))),
    CONSTRAINT meetings_people_check CHECK ((people >= 0)),
    CONSTRAINT meetings_state_check CHECK ((state = ANY (ARRAY['planned'::text, 'held'::text, 'cancelled'::text]))),
    CONSTRAINT meetings_title_check CHECK ((title <> ''::text))
);

ALTER TABLE ONLY public.meetings FORCE ROW LEVEL SECURITY;

--
-- Name: meetings_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.meetings ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.meetings_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: mentors; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.mentors (
    id bigint NOT NULL,
    cycle_id text NOT NULL,
    unit_id text NOT NULL,
    household_id bigint NOT NULL,
    code text NOT NULL COLLATE pg_catalog."C",
    head text NOT NULL,
    hamlet_name text NOT NULL,
    name text NOT NULL,
    organisation text NOT NULL,
    from_day date NOT NULL,
    until_day date,
    audience text[] DEFAULT '{}'::text[] NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    saved_at timestamp with time zone NOT NULL,
    saved_by bigint,
    user_id bigint,
    CONSTRAINT mentors_check CHECK ((until_day >= from_day)),
    CONSTRAINT mentors_code_check CHECK ((code <> ''::text)),
    CONSTRAINT mentors_name_check CHECK ((name <> ''::text)),
    CONSTRAINT mentors_organisation_check CHECK ((organisation <> ''::text))
);

ALTER TABLE ONLY public.mentors FORCE ROW LEVEL SECURITY;

--
-- Name: mentors_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.mentors ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.mentors_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: needs; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.needs (
    id bigint NOT NULL,
    owner_id text,
    code text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL,
    name_en text NOT NULL,
    CONSTRAINT needs_code_check CHECK ((code ~ '^[a-z][a-z0-9_]{0,40}$'::text)),
    CONSTRAINT needs_name_check CHECK ((name <> ''::text)),
    CONSTRAINT needs_name_en_check CHECK ((name_en <> ''::text))
);

--
-- Name: needs_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.needs ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.needs_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: notices; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.notices (
    id bigint NOT NULL,
    key text NOT NULL,
    cycle_id text NOT NULL,
    duty_id bigint,
    unit_id text DEFAULT ''::text NOT NULL,
    period text DEFAULT ''::text NOT NULL,
    kind text NOT NULL,
    rung text DEFAULT ''::text NOT NULL,
    demand text DEFAULT ''::text NOT NULL,
    office_id text NOT NULL,
    user_id bigint,
    at timestamp with time zone NOT NULL,
    state text DEFAULT 'queued'::text NOT NULL,
    letter text DEFAULT ''::text NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    try_at timestamp with time zone NOT NULL,
    sent_at timestamp with time zone,
    failure text DEFAULT ''::text NOT NULL,
    text text DEFAULT ''::text NOT NULL,
    meeting_id bigint,
    obstacle_id bigint,
    answer_by timestamp with time zone,
    then_at timestamp with time zone,
    then_to text DEFAULT ''::text NOT NULL,
    read_at timestamp with time zone,
    document_id bigint,
    CONSTRAINT notices_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'sending'::text, 'sent'::text, 'failed'::text, 'superseded'::text, 'vacant'::text, 'inbox'::text])))
);

--
-- Name: notices_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.notices ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.notices_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: objections; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.objections (
    id bigint NOT NULL,
    posting_id bigint NOT NULL,
    cycle_id text NOT NULL,
    unit_id text NOT NULL,
    number integer NOT NULL,
    about text NOT NULL,
    household_id bigint DEFAULT 0 NOT NULL,
    code text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    head text DEFAULT ''::text NOT NULL,
    hamlet text DEFAULT ''::text NOT NULL,
    objector text NOT NULL,
    contact text DEFAULT ''::text NOT NULL,
    received date NOT NULL,
    way text NOT NULL,
    late boolean NOT NULL,
    text text NOT NULL,
    state text DEFAULT 'open'::text NOT NULL,
    answer text DEFAULT ''::text NOT NULL,
    answered_at timestamp with time zone,
    answered_by text DEFAULT ''::text NOT NULL,
    on_behalf boolean DEFAULT false NOT NULL,
    basis text DEFAULT ''::text NOT NULL,
    settlement text DEFAULT ''::text NOT NULL,
    settled_at timestamp with time zone,
    duty_key text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    CONSTRAINT objections_about_check CHECK ((about = ANY (ARRAY['household'::text, 'missing'::text, 'whole'::text]))),
    CONSTRAINT objections_check CHECK (((state = 'open'::text) = (answered_at IS NULL))),
    CONSTRAINT objections_check1 CHECK (((state = 'settled'::text) = (settled_at IS NOT NULL))),
    CONSTRAINT objections_number_check CHECK ((number > 0)),
    CONSTRAINT objections_objector_check CHECK ((objector <> ''::text)),
    CONSTRAINT objections_state_check CHECK ((state = ANY (ARRAY['open'::text, 'upheld'::text, 'settled'::text, 'rejected'::text, 'withdrawn'::text]))),
    CONSTRAINT objections_text_check CHECK ((text <> ''::text)),
    CONSTRAINT objections_way_check CHECK ((way = ANY (ARRAY['hand'::text, 'phone'::text, 'village_head'::text])))
);

ALTER TABLE ONLY public.objections FORCE ROW LEVEL SECURITY;

--
-- Name: objections_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.objections ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.objections_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: obstacles; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.obstacles (
    id bigint NOT NULL,
    cycle_id text NOT NULL,
    no integer NOT NULL,
    unit_id text NOT NULL,
    audience text[] NOT NULL,
    kind text NOT NULL,
    addressee text NOT NULL,
    component text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    household_id bigint,
    commune_id text DEFAULT ''::text NOT NULL,
    text text NOT NULL,
    state text DEFAULT 'raised'::text NOT NULL,
    received_at timestamp with time zone NOT NULL,
    opinion text DEFAULT ''::text NOT NULL,
    answer text DEFAULT ''::text NOT NULL,
    answered_by text DEFAULT ''::text NOT NULL,
    answered_at timestamp with time zone,
    basis text DEFAULT ''::text NOT NULL,
    closed_at timestamp with time zone,
    duty_id bigint,
    version integer DEFAULT 1 NOT NULL,
    CONSTRAINT obstacles_addressee_check CHECK ((addressee = ANY (ARRAY['standing'::text, 'owner'::text]))),
    CONSTRAINT obstacles_kind_check CHECK ((kind = ANY (ARRAY['obstacle'::text, 'proposal'::text]))),
    CONSTRAINT obstacles_no_check CHECK ((no > 0)),
    CONSTRAINT obstacles_state_check CHECK ((state = ANY (ARRAY['raised'::text, 'forwarded'::text, 'answered'::text, 'decided'::text, 'closed'::text]))),
    CONSTRAINT obstacles_text_check CHECK ((text <> ''::text))
);

ALTER TABLE ONLY public.obstacles FORCE ROW LEVEL SECURITY;

--
-- Name: obstacles_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.obstacles ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.obstacles_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: offices; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.offices (
    id text NOT NULL,
    unit_id text NOT NULL,
    role text NOT NULL,
    title text NOT NULL,
    valid_from date,
    valid_to date,
    CONSTRAINT offices_id_check CHECK ((id ~~ '%/%'::text))
);

--
-- Name: periods; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.periods (
    cycle_id text NOT NULL,
    code text NOT NULL,
    state text DEFAULT 'planned'::text NOT NULL,
    starts_on date NOT NULL,
    ends_on date NOT NULL,
    last_day date NOT NULL,
    summary jsonb DEFAULT '{}'::jsonb NOT NULL,
    form integer DEFAULT 0 NOT NULL,
    counts_from date NOT NULL,
    counts_to date,
    CONSTRAINT periods_state_check CHECK ((state = ANY (ARRAY['planned'::text, 'open'::text, 'closed'::text, 'consolidated'::text])))
);

--
-- Name: pilot_households; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.pilot_households (
    pilot_id bigint NOT NULL,
    household_id bigint NOT NULL,
    code text NOT NULL COLLATE pg_catalog."C",
    head text NOT NULL,
    hamlet_name text NOT NULL
);

ALTER TABLE ONLY public.pilot_households FORCE ROW LEVEL SECURITY;

--
-- Name: pilots; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.pilots (
    id bigint NOT NULL,
    cycle_id text NOT NULL,
    unit_id text NOT NULL,
    hamlet text DEFAULT ''::text NOT NULL,
    key text NOT NULL,
    kind text NOT NULL,
    title text NOT NULL,
    what text NOT NULL,
    leader_id text NOT NULL,
    helpers text DEFAULT ''::text NOT NULL,
    from_day date NOT NULL,
    until_day date NOT NULL,
    state text NOT NULL,
    result text DEFAULT ''::text NOT NULL,
    helped integer DEFAULT 0 NOT NULL,
    left_poor integer DEFAULT 0 NOT NULL,
    decision text DEFAULT ''::text NOT NULL,
    widened_to text[] DEFAULT '{}'::text[] NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    saved_at timestamp with time zone NOT NULL,
    saved_by bigint,
    CONSTRAINT pilots_check CHECK (((left_poor >= 0) AND (left_poor <= helped))),
    CONSTRAINT pilots_check1 CHECK ((until_day >= from_day)),
    CONSTRAINT pilots_check2 CHECK (((state = ANY (ARRAY['reported'::text, 'widened'::text, 'ended'::text])) = (result <> ''::text))),
    CONSTRAINT pilots_check3 CHECK (((state = ANY (ARRAY['widened'::text, 'ended'::text])) = (decision <> ''::text))),
    CONSTRAINT pilots_check4 CHECK (((state = 'widened'::text) = (widened_to <> '{}'::text[]))),
    CONSTRAINT pilots_helped_check CHECK ((helped >= 0)),
    CONSTRAINT pilots_key_check CHECK ((key <> ''::text)),
    CONSTRAINT pilots_kind_check CHECK ((kind = ANY (ARRAY['union'::text, 'households'::text]))),
    CONSTRAINT pilots_state_check CHECK ((state = ANY (ARRAY['running'::text, 'reported'::text, 'widened'::text, 'ended'::text]))),
    CONSTRAINT pilots_title_check CHECK ((title <> ''::text)),
    CONSTRAINT pilots_what_check CHECK ((what <> ''::text))
);

ALTER TABLE ONLY public.pilots FORCE ROW LEVEL SECURITY;

--
-- Name: pilots_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.pilots ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.pilots_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: plan_drafts; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.plan_drafts (
    cycle_id text NOT NULL,
    unit_id text NOT NULL,
    texts jsonb DEFAULT '{}'::jsonb NOT NULL,
    focal text DEFAULT ''::text NOT NULL,
    shortfall text DEFAULT ''::text NOT NULL
);

ALTER TABLE ONLY public.plan_drafts FORCE ROW LEVEL SECURITY;

--
-- Name: plan_households; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.plan_households (
    cycle_id text NOT NULL,
    unit_id text NOT NULL,
    household_id bigint NOT NULL,
    goal text NOT NULL,
    causes text[] DEFAULT '{}'::text[] NOT NULL,
    cause_other text DEFAULT ''::text NOT NULL,
    needs text[] DEFAULT '{}'::text[] NOT NULL,
    registered_on date,
    note text DEFAULT ''::text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    saved_at timestamp with time zone NOT NULL,
    saved_by bigint,
    CONSTRAINT plan_households_goal_check CHECK ((goal = ANY (ARRAY['leave_poor'::text, 'leave_near_poor'::text, 'help'::text])))
);

ALTER TABLE ONLY public.plan_households FORCE ROW LEVEL SECURITY;

--
-- Name: plan_measures; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.plan_measures (
    id bigint NOT NULL,
    cycle_id text NOT NULL,
    unit_id text NOT NULL,
    household_id bigint NOT NULL,
    place integer NOT NULL,
    need text DEFAULT ''::text NOT NULL,
    kind text DEFAULT ''::text NOT NULL,
    what text DEFAULT ''::text NOT NULL,
    quantity bigint DEFAULT 0 NOT NULL,
    measure text DEFAULT ''::text NOT NULL,
    term date,
    helper_id text DEFAULT ''::text NOT NULL,
    helper_other text DEFAULT ''::text NOT NULL,
    CONSTRAINT plan_measures_quantity_check CHECK ((quantity >= 0))
);

ALTER TABLE ONLY public.plan_measures FORCE ROW LEVEL SECURITY;

--
-- Name: plan_measures_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.plan_measures ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.plan_measures_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: plan_remarks; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.plan_remarks (
    id bigint NOT NULL,
    cycle_id text NOT NULL,
    unit_id text NOT NULL,
    round integer NOT NULL,
    household_id bigint DEFAULT 0 NOT NULL,
    field text DEFAULT ''::text NOT NULL,
    text text NOT NULL,
    made_at timestamp with time zone NOT NULL,
    made_by bigint,
    office_id text DEFAULT ''::text NOT NULL,
    answer text DEFAULT ''::text NOT NULL,
    CONSTRAINT plan_remarks_text_check CHECK ((text <> ''::text))
);

ALTER TABLE ONLY public.plan_remarks FORCE ROW LEVEL SECURITY;

--
-- Name: plan_remarks_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.plan_remarks ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.plan_remarks_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: plan_round_households; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.plan_round_households (
    cycle_id text NOT NULL,
    unit_id text NOT NULL,
    round integer NOT NULL,
    household_id bigint NOT NULL,
    sheet jsonb NOT NULL
);

ALTER TABLE ONLY public.plan_round_households FORCE ROW LEVEL SECURITY;

--
-- Name: plan_rounds; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.plan_rounds (
    cycle_id text NOT NULL,
    unit_id text NOT NULL,
    round integer NOT NULL,
    to_leave integer NOT NULL,
    sent_at timestamp with time zone NOT NULL,
    texts jsonb DEFAULT '{}'::jsonb NOT NULL,
    focal text DEFAULT ''::text NOT NULL,
    shortfall text DEFAULT ''::text NOT NULL,
    leave_near integer DEFAULT 0 NOT NULL,
    amendment integer DEFAULT 0 NOT NULL,
    target integer DEFAULT 0 NOT NULL,
    sent_by bigint,
    outcome text DEFAULT ''::text NOT NULL,
    ended_at timestamp with time zone,
    ended_by bigint,
    CONSTRAINT plan_rounds_outcome_check CHECK ((outcome = ANY (ARRAY[''::text, 'returned'::text, 'withdrawn'::text, 'approved'::text])))
);

--
-- Name: plans; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.plans (
    cycle_id text NOT NULL,
    unit_id text NOT NULL,
    state text DEFAULT 'draft'::text NOT NULL,
    round integer DEFAULT 1 NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    to_leave integer DEFAULT 0 NOT NULL,
    remarks text DEFAULT ''::text NOT NULL,
    term date,
    sent_at timestamp with time zone,
    approved_at timestamp with time zone,
    sent_by bigint,
    audience text[] DEFAULT '{}'::text[] NOT NULL,
    leave_near integer DEFAULT 0 NOT NULL,
    edited integer DEFAULT 0 NOT NULL,
    drafted_by bigint[] DEFAULT '{}'::bigint[] NOT NULL,
    amendment integer DEFAULT 0 NOT NULL,
    sent_round integer DEFAULT 0 NOT NULL,
    approved_round integer DEFAULT 0 NOT NULL,
    moved text DEFAULT ''::text NOT NULL,
    moved_at timestamp with time zone,
    moved_by bigint,
    CONSTRAINT plans_leave_near_check CHECK ((leave_near >= 0)),
    CONSTRAINT plans_state_check CHECK ((state = ANY (ARRAY['draft'::text, 'sent'::text, 'appraised'::text, 'returned'::text, 'approved'::text]))),
    CONSTRAINT plans_to_leave_check CHECK ((to_leave >= 0))
);

--
-- Name: posting_changes; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.posting_changes (
    posting_id bigint NOT NULL,
    version integer NOT NULL,
    verb text NOT NULL,
    until_day date NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    basis text DEFAULT ''::text NOT NULL,
    office_id text DEFAULT ''::text NOT NULL,
    actor_id bigint,
    on_behalf boolean DEFAULT false NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT posting_changes_verb_check CHECK ((verb = ANY (ARRAY['post'::text, 'extend'::text, 'take_down'::text])))
);

ALTER TABLE ONLY public.posting_changes FORCE ROW LEVEL SECURITY;

--
-- Name: posting_rows; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.posting_rows (
    posting_id bigint NOT NULL,
    "row" integer NOT NULL,
    household_id bigint DEFAULT 0 NOT NULL,
    code text NOT NULL COLLATE pg_catalog."C",
    head text NOT NULL,
    hamlet text NOT NULL,
    status text NOT NULL,
    CONSTRAINT posting_rows_row_check CHECK (("row" > 0))
);

ALTER TABLE ONLY public.posting_rows FORCE ROW LEVEL SECURITY;

--
-- Name: postings; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.postings (
    id bigint NOT NULL,
    cycle_id text NOT NULL,
    unit_id text NOT NULL,
    subject text NOT NULL,
    number integer NOT NULL,
    places text[] NOT NULL,
    loudspeaker boolean DEFAULT false NOT NULL,
    from_day date NOT NULL,
    until_day date NOT NULL,
    taken_down date,
    minutes text DEFAULT ''::text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    audience text[] DEFAULT '{}'::text[] NOT NULL,
    posted_at timestamp with time zone NOT NULL,
    CONSTRAINT postings_check CHECK ((until_day >= from_day)),
    CONSTRAINT postings_check1 CHECK ((taken_down >= from_day)),
    CONSTRAINT postings_check2 CHECK (((taken_down IS NULL) = (minutes = ''::text))),
    CONSTRAINT postings_number_check CHECK ((number > 0)),
    CONSTRAINT postings_places_check CHECK ((cardinality(places) > 0)),
    CONSTRAINT postings_subject_check CHECK ((subject ~ '^(survey-[a-z]+|plan\.[1-9][0-9]*)$'::text))
);

ALTER TABLE ONLY public.postings FORCE ROW LEVEL SECURITY;

--
-- Name: postings_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.postings ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.postings_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: register_files; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.register_files (
    id text NOT NULL,
    user_id bigint NOT NULL,
    cycle_id text NOT NULL,
    unit_id text,
    basis text DEFAULT ''::text NOT NULL,
    name text NOT NULL,
    content bytea NOT NULL,
    stage text NOT NULL,
    done integer DEFAULT 0 NOT NULL,
    good integer DEFAULT 0 NOT NULL,
    findings jsonb,
    counts jsonb,
    failure jsonb,
    touched_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT register_files_stage_check CHECK ((stage = ANY (ARRAY['waiting'::text, 'reading'::text, 'comparing'::text, 'checked'::text, 'storing'::text, 'stored'::text, 'failed'::text])))
);
ALTER TABLE ONLY public.register_files ALTER COLUMN content SET STORAGE EXTERNAL;

ALTER TABLE ONLY public.register_files FORCE ROW LEVEL SECURITY;

--
-- Name: register_freezes; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.register_freezes (
    cycle_id text NOT NULL,
    unit_id text NOT NULL,
    frozen_at timestamp with time zone NOT NULL,
    frozen_by bigint,
    office_id text DEFAULT ''::text NOT NULL,
    basis text NOT NULL,
    households integer NOT NULL,
    persons integer NOT NULL,
    poor integer NOT NULL,
    near_poor integer NOT NULL,
    CONSTRAINT register_freezes_basis_check CHECK ((basis <> ''::text)),
    CONSTRAINT register_freezes_households_check CHECK ((households > 0))
);

ALTER TABLE ONLY public.register_freezes FORCE ROW LEVEL SECURITY;

--
-- Name: registrations; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.registrations (
    id bigint NOT NULL,
    cycle_id text NOT NULL,
    unit_id text NOT NULL,
    agency_id text NOT NULL,
    key text NOT NULL,
    offer text NOT NULL,
    quantity bigint DEFAULT 0 NOT NULL,
    measure text DEFAULT ''::text NOT NULL,
    value bigint DEFAULT 0 NOT NULL,
    state text NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    saved_at timestamp with time zone NOT NULL,
    saved_by bigint,
    CONSTRAINT registrations_check CHECK (((state <> 'declined'::text) OR (reason <> ''::text))),
    CONSTRAINT registrations_key_check CHECK ((key <> ''::text)),
    CONSTRAINT registrations_offer_check CHECK ((offer <> ''::text)),
    CONSTRAINT registrations_quantity_check CHECK ((quantity >= 0)),
    CONSTRAINT registrations_state_check CHECK ((state = ANY (ARRAY['offered'::text, 'confirmed'::text, 'declined'::text, 'withdrawn'::text]))),
    CONSTRAINT registrations_value_check CHECK ((value >= 0))
);

ALTER TABLE ONLY public.registrations FORCE ROW LEVEL SECURITY;

--
-- Name: registrations_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.registrations ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.registrations_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: report_forms; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.report_forms (
    cycle_id text NOT NULL,
    version integer NOT NULL,
    fields jsonb NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    saved_at timestamp with time zone NOT NULL,
    saved_by bigint,
    CONSTRAINT report_forms_version_check CHECK ((version > 0))
);

ALTER TABLE ONLY public.report_forms FORCE ROW LEVEL SECURITY;

--
-- Name: reports; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.reports (
    duty_id bigint NOT NULL,
    version integer NOT NULL,
    figures jsonb DEFAULT '{}'::jsonb NOT NULL,
    text text DEFAULT ''::text NOT NULL,
    late_reason text DEFAULT ''::text NOT NULL,
    submitted_at timestamp with time zone,
    remarks text DEFAULT ''::text NOT NULL,
    saved_at timestamp with time zone NOT NULL,
    saved_by bigint,
    form integer DEFAULT 1 NOT NULL,
    computed jsonb DEFAULT '{}'::jsonb NOT NULL,
    overrides jsonb DEFAULT '{}'::jsonb NOT NULL,
    texts jsonb DEFAULT '{}'::jsonb NOT NULL,
    nothing boolean DEFAULT false NOT NULL,
    without text[] DEFAULT '{}'::text[] NOT NULL
);

--
-- Name: review_inputs; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.review_inputs (
    cycle_id text NOT NULL,
    kind text NOT NULL,
    unit_id text NOT NULL,
    results text DEFAULT ''::text NOT NULL,
    shortcomings text DEFAULT ''::text NOT NULL,
    proposals text DEFAULT ''::text NOT NULL,
    trained integer DEFAULT 0 NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    saved_at timestamp with time zone NOT NULL,
    saved_by bigint,
    CONSTRAINT review_inputs_results_check CHECK ((results <> ''::text)),
    CONSTRAINT review_inputs_trained_check CHECK ((trained >= 0))
);

ALTER TABLE ONLY public.review_inputs FORCE ROW LEVEL SECURITY;

--
-- Name: reviews; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.reviews (
    cycle_id text NOT NULL,
    kind text NOT NULL,
    state text DEFAULT 'planned'::text NOT NULL,
    figures jsonb DEFAULT '{}'::jsonb NOT NULL,
    conclusion text DEFAULT ''::text NOT NULL,
    held_at timestamp with time zone,
    attendance integer DEFAULT 0 NOT NULL,
    programme text DEFAULT ''::text NOT NULL,
    trained integer DEFAULT 0 NOT NULL,
    note text DEFAULT ''::text NOT NULL,
    meeting_id bigint,
    version integer DEFAULT 0 NOT NULL,
    CONSTRAINT reviews_attendance_check CHECK ((attendance >= 0)),
    CONSTRAINT reviews_state_check CHECK ((state = ANY (ARRAY['planned'::text, 'concluded'::text]))),
    CONSTRAINT reviews_trained_check CHECK ((trained >= 0))
);

--
-- Name: sessions; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.sessions (
    token text NOT NULL,
    data bytea NOT NULL,
    expiry timestamp with time zone NOT NULL
);

--
-- Name: shortcomings; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.shortcomings (
    id bigint NOT NULL,
    cycle_id text NOT NULL,
    no integer NOT NULL,
    class text NOT NULL,
    text text NOT NULL,
    found_on date NOT NULL,
    unit_id text,
    remedy text DEFAULT ''::text NOT NULL,
    state text DEFAULT 'open'::text NOT NULL,
    outcome text DEFAULT ''::text NOT NULL,
    since text NOT NULL,
    carried_from bigint,
    duty_id bigint,
    version integer DEFAULT 1 NOT NULL,
    saved_at timestamp with time zone NOT NULL,
    saved_by bigint,
    CONSTRAINT shortcomings_check CHECK (((state <> ALL (ARRAY['mended'::text, 'dropped'::text])) OR (outcome <> ''::text))),
    CONSTRAINT shortcomings_no_check CHECK ((no > 0)),
    CONSTRAINT shortcomings_state_check CHECK ((state = ANY (ARRAY['open'::text, 'mended'::text, 'dropped'::text, 'carried'::text]))),
    CONSTRAINT shortcomings_text_check CHECK ((text <> ''::text))
);

ALTER TABLE ONLY public.shortcomings FORCE ROW LEVEL SECURITY;

--
-- Name: shortcomings_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.shortcomings ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.shortcomings_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: survey_cases; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.survey_cases (
    id bigint NOT NULL,
    cycle_id text NOT NULL,
    unit_id text NOT NULL,
    no integer NOT NULL,
    household_id bigint,
    code text NOT NULL COLLATE pg_catalog."C",
    hamlet text NOT NULL COLLATE pg_catalog."C",
    head text NOT NULL,
    head_born integer DEFAULT 0 NOT NULL,
    members integer NOT NULL,
    wish text NOT NULL,
    cause text NOT NULL,
    text text DEFAULT ''::text NOT NULL,
    asked_on date NOT NULL,
    last_day date NOT NULL,
    state text DEFAULT 'open'::text NOT NULL,
    class text DEFAULT ''::text NOT NULL,
    movement text DEFAULT ''::text NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    decision text DEFAULT ''::text NOT NULL,
    decided_on date,
    decided_at timestamp with time zone,
    refusal text DEFAULT ''::text NOT NULL,
    before_class text NOT NULL,
    before_members integer NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    recorded_by bigint,
    CONSTRAINT survey_cases_check CHECK (((state = 'open'::text) = (decided_on IS NULL))),
    CONSTRAINT survey_cases_check1 CHECK (((state <> 'accepted'::text) OR (decision <> ''::text))),
    CONSTRAINT survey_cases_check2 CHECK (((state <> 'refused'::text) OR (refusal <> ''::text))),
    CONSTRAINT survey_cases_code_check CHECK ((code <> ''::text)),
    CONSTRAINT survey_cases_head_check CHECK ((head <> ''::text)),
    CONSTRAINT survey_cases_members_check CHECK ((members >= 0)),
    CONSTRAINT survey_cases_state_check CHECK ((state = ANY (ARRAY['open'::text, 'accepted'::text, 'refused'::text]))),
    CONSTRAINT survey_cases_wish_check CHECK ((wish = ANY (ARRAY['poor'::text, 'near_poor'::text, 'not_poor'::text])))
);

ALTER TABLE ONLY public.survey_cases FORCE ROW LEVEL SECURITY;

--
-- Name: survey_cases_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.survey_cases ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.survey_cases_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: survey_households; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.survey_households (
    id bigint NOT NULL,
    cycle_id text NOT NULL,
    unit_id text NOT NULL,
    household_id bigint,
    code text NOT NULL COLLATE pg_catalog."C",
    hamlet text NOT NULL COLLATE pg_catalog."C",
    head text NOT NULL,
    head_born integer DEFAULT 0 NOT NULL,
    why text NOT NULL,
    start_class text NOT NULL,
    start_members integer NOT NULL,
    result_class text DEFAULT ''::text NOT NULL,
    result_members integer NOT NULL,
    movement text DEFAULT ''::text NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    note text DEFAULT ''::text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    changed_by bigint,
    CONSTRAINT survey_households_code_check CHECK ((code <> ''::text)),
    CONSTRAINT survey_households_head_check CHECK ((head <> ''::text)),
    CONSTRAINT survey_households_movement_check CHECK ((movement = ANY (ARRAY[''::text, 'stays'::text, 'to_near_poor'::text, 'to_poor'::text, 'passed'::text, 'fallen_back'::text, 'new'::text, 'gone'::text, 'came'::text, 'outside'::text]))),
    CONSTRAINT survey_households_result_class_check CHECK ((result_class = ANY (ARRAY[''::text, 'poor'::text, 'near_poor'::text, 'not_poor'::text]))),
    CONSTRAINT survey_households_result_members_check CHECK ((result_members >= 0)),
    CONSTRAINT survey_households_start_class_check CHECK ((start_class = ANY (ARRAY['poor'::text, 'near_poor'::text, 'not_poor'::text]))),
    CONSTRAINT survey_households_start_members_check CHECK ((start_members >= 0)),
    CONSTRAINT survey_households_why_check CHECK ((why = ANY (ARRAY['poor'::text, 'near_poor'::text, 'asked'::text, 'leaves'::text, 'case'::text, 'watch'::text])))
);

ALTER TABLE ONLY public.survey_households FORCE ROW LEVEL SECURITY;

--
-- Name: survey_households_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.survey_households ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.survey_households_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: survey_meetings; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.survey_meetings (
    cycle_id text NOT NULL,
    unit_id text NOT NULL,
    hamlet text NOT NULL COLLATE pg_catalog."C",
    no integer NOT NULL,
    held_on date NOT NULL,
    present integer NOT NULL,
    agreed integer NOT NULL,
    chair text NOT NULL,
    minutes text NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    recorded_by bigint,
    CONSTRAINT survey_meetings_chair_check CHECK ((chair <> ''::text)),
    CONSTRAINT survey_meetings_check CHECK (((agreed >= 0) AND (agreed <= present))),
    CONSTRAINT survey_meetings_minutes_check CHECK ((minutes <> ''::text)),
    CONSTRAINT survey_meetings_present_check CHECK ((present > 0))
);

ALTER TABLE ONLY public.survey_meetings FORCE ROW LEVEL SECURITY;

--
-- Name: survey_results; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.survey_results (
    cycle_id text NOT NULL,
    unit_id text NOT NULL,
    stage text NOT NULL,
    households integer NOT NULL,
    poor integer NOT NULL,
    near_poor integer NOT NULL,
    confirmed_at timestamp with time zone,
    CONSTRAINT survey_results_check CHECK (((poor + near_poor) <= households)),
    CONSTRAINT survey_results_households_check CHECK ((households >= 0)),
    CONSTRAINT survey_results_near_poor_check CHECK ((near_poor >= 0)),
    CONSTRAINT survey_results_poor_check CHECK ((poor >= 0))
);

--
-- Name: surveys; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.surveys (
    cycle_id text NOT NULL,
    unit_id text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    listed_at timestamp with time zone NOT NULL,
    reviewed_at timestamp with time zone,
    asked_at timestamp with time zone,
    opinion_at timestamp with time zone,
    opinion text DEFAULT ''::text NOT NULL,
    opinion_text text DEFAULT ''::text NOT NULL,
    decision text DEFAULT ''::text NOT NULL,
    recognised_on date,
    closed_at timestamp with time zone,
    CONSTRAINT surveys_check CHECK (((decision <> ''::text) = (recognised_on IS NOT NULL))),
    CONSTRAINT surveys_opinion_check CHECK ((opinion = ANY (ARRAY[''::text, 'agrees'::text, 'remarks'::text])))
);

ALTER TABLE ONLY public.surveys FORCE ROW LEVEL SECURITY;

--
-- Name: target_share_parts; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.target_share_parts (
    cycle_id text NOT NULL,
    unit_id text NOT NULL,
    place integer NOT NULL,
    hamlet text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    body text DEFAULT ''::text NOT NULL,
    to_leave integer NOT NULL,
    near_to_leave integer DEFAULT 0 NOT NULL,
    note text DEFAULT ''::text NOT NULL,
    CONSTRAINT target_share_parts_check CHECK (((hamlet = ''::text) <> (body = ''::text))),
    CONSTRAINT target_share_parts_near_to_leave_check CHECK ((near_to_leave >= 0)),
    CONSTRAINT target_share_parts_to_leave_check CHECK ((to_leave >= 0))
);

ALTER TABLE ONLY public.target_share_parts FORCE ROW LEVEL SECURITY;

--
-- Name: target_shares; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.target_shares (
    cycle_id text NOT NULL,
    unit_id text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    saved_at timestamp with time zone NOT NULL,
    saved_by bigint
);

ALTER TABLE ONLY public.target_shares FORCE ROW LEVEL SECURITY;

--
-- Name: target_totals; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.target_totals (
    cycle_id text NOT NULL,
    printed jsonb DEFAULT '{}'::jsonb NOT NULL,
    new_low integer DEFAULT 0 NOT NULL,
    new_high integer DEFAULT 0 NOT NULL,
    figures jsonb DEFAULT '[]'::jsonb NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    saved_at timestamp with time zone NOT NULL,
    saved_by bigint,
    CONSTRAINT target_totals_check CHECK ((new_high >= new_low)),
    CONSTRAINT target_totals_new_low_check CHECK ((new_low >= 0))
);

ALTER TABLE ONLY public.target_totals FORCE ROW LEVEL SECURITY;

--
-- Name: targets; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.targets (
    cycle_id text NOT NULL,
    unit_id text NOT NULL,
    households integer NOT NULL,
    poor integer NOT NULL,
    to_leave integer NOT NULL,
    place integer DEFAULT 0 NOT NULL,
    near_poor integer DEFAULT 0 NOT NULL,
    policy integer DEFAULT 0 NOT NULL,
    hard_core integer DEFAULT 0 NOT NULL,
    near_to_leave integer DEFAULT 0 NOT NULL,
    expected_new integer DEFAULT 0 NOT NULL,
    printed jsonb DEFAULT '{}'::jsonb NOT NULL,
    note text DEFAULT ''::text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    saved_at timestamp with time zone,
    saved_by bigint,
    CONSTRAINT targets_expected_new_check CHECK ((expected_new >= 0)),
    CONSTRAINT targets_hard_core_check CHECK ((hard_core >= 0)),
    CONSTRAINT targets_near_poor_check CHECK ((near_poor >= 0)),
    CONSTRAINT targets_near_to_leave_check CHECK ((near_to_leave >= 0)),
    CONSTRAINT targets_policy_check CHECK ((policy >= 0))
);

--
-- Name: unit_aliases; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.unit_aliases (
    unit_id text NOT NULL,
    name text NOT NULL
);

--
-- Name: unit_successions; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.unit_successions (
    predecessor_id text NOT NULL,
    successor_id text NOT NULL,
    on_day date NOT NULL,
    basis text NOT NULL
);

--
-- Name: unit_versions; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.unit_versions (
    id bigint NOT NULL,
    unit_id text NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    parent_id text,
    code text DEFAULT ''::text NOT NULL,
    line text DEFAULT 'government'::text NOT NULL,
    valid_from date,
    valid_to date,
    CONSTRAINT unit_versions_check CHECK ((parent_id IS DISTINCT FROM unit_id)),
    CONSTRAINT unit_versions_line_check CHECK ((line = ANY (ARRAY['government'::text, 'police'::text, 'military'::text, 'justice'::text, 'bank'::text, 'front'::text, 'party'::text, 'other'::text]))),
    CONSTRAINT unit_versions_name_check CHECK ((name <> ''::text))
);

--
-- Name: unit_versions_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.unit_versions ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.unit_versions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: units; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.units (
    id text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT units_id_check CHECK ((id ~ '^[a-z0-9][a-z0-9-]{0,62}$'::text))
);

--
-- Name: users; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.users (
    id bigint NOT NULL,
    name text NOT NULL,
    admin boolean DEFAULT false NOT NULL,
    language text DEFAULT 'vi'::text NOT NULL,
    active boolean DEFAULT true NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT users_language_check CHECK ((language = ANY (ARRAY['vi'::text, 'en'::text])))
);

--
-- Name: users_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.users ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.users_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: visits; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.visits (
    id bigint NOT NULL,
    mentor_id bigint NOT NULL,
    key text NOT NULL,
    day date NOT NULL,
    found text NOT NULL,
    saved_at timestamp with time zone NOT NULL,
    saved_by bigint,
    corrects bigint,
    reason text DEFAULT ''::text NOT NULL,
    gone boolean DEFAULT false NOT NULL,
    CONSTRAINT visits_corrects_check CHECK ((((corrects IS NOT NULL) = (reason <> ''::text)) AND ((corrects IS NOT NULL) OR (NOT gone)))),
    CONSTRAINT visits_found_check CHECK (((found <> ''::text) <> gone)),
    CONSTRAINT visits_key_check CHECK ((key <> ''::text))
);

ALTER TABLE ONLY public.visits FORCE ROW LEVEL SECURITY;

--
-- Name: visits_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.visits ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.visits_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: wakes; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.wakes (
    id bigint NOT NULL,
    ref jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL
);

--
-- Name: wakes_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.wakes ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.wakes_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: watch_alerts; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.watch_alerts (
    id bigint NOT NULL,
    watch_id bigint NOT NULL,
    no integer NOT NULL,
    cycle_id text NOT NULL,
    state text NOT NULL,
    text text NOT NULL,
    raised_at timestamp with time zone NOT NULL,
    found text DEFAULT ''::text NOT NULL,
    checked_at timestamp with time zone,
    helper_id text,
    help text DEFAULT ''::text NOT NULL,
    given text DEFAULT ''::text NOT NULL,
    helped_at timestamp with time zone,
    outcome text DEFAULT ''::text NOT NULL,
    result text DEFAULT ''::text NOT NULL,
    closed_at timestamp with time zone,
    duty_id bigint,
    saved_at timestamp with time zone NOT NULL,
    saved_by bigint,
    CONSTRAINT watch_alerts_check CHECK ((((state = 'closed'::text) = (outcome <> ''::text)) AND ((outcome <> ''::text) = (closed_at IS NOT NULL)))),
    CONSTRAINT watch_alerts_check1 CHECK (((state <> ALL (ARRAY['checked'::text, 'helped'::text])) OR (helper_id IS NOT NULL))),
    CONSTRAINT watch_alerts_check2 CHECK (((state <> 'helped'::text) OR (helped_at IS NOT NULL))),
    CONSTRAINT watch_alerts_outcome_check CHECK ((outcome = ANY (ARRAY[''::text, 'no_need'::text, 'out'::text, 'at_risk'::text, 'back'::text]))),
    CONSTRAINT watch_alerts_state_check CHECK ((state = ANY (ARRAY['raised'::text, 'checked'::text, 'helped'::text, 'closed'::text]))),
    CONSTRAINT watch_alerts_text_check CHECK ((text <> ''::text))
);

ALTER TABLE ONLY public.watch_alerts FORCE ROW LEVEL SECURITY;

--
-- Name: watch_alerts_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.watch_alerts ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.watch_alerts_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: watch_events; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.watch_events (
    id bigint NOT NULL,
    watch_id bigint NOT NULL,
    cycle_id text NOT NULL,
    kind text NOT NULL,
    severe boolean NOT NULL,
    day date NOT NULL,
    text text DEFAULT ''::text NOT NULL,
    saved_at timestamp with time zone NOT NULL,
    saved_by bigint,
    CONSTRAINT watch_events_kind_check CHECK ((kind = ANY (ARRAY['disaster'::text, 'fire'::text, 'illness'::text, 'work'::text, 'land'::text])))
);

ALTER TABLE ONLY public.watch_events FORCE ROW LEVEL SECURITY;

--
-- Name: watch_events_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.watch_events ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.watch_events_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: watch_visits; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.watch_visits (
    id bigint NOT NULL,
    watch_id bigint NOT NULL,
    cycle_id text NOT NULL,
    day date NOT NULL,
    found text NOT NULL,
    saved_at timestamp with time zone NOT NULL,
    saved_by bigint,
    CONSTRAINT watch_visits_found_check CHECK ((found <> ''::text))
);

ALTER TABLE ONLY public.watch_visits FORCE ROW LEVEL SECURITY;

--
-- Name: watch_visits_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.watch_visits ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.watch_visits_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: watches; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.watches (
    id bigint NOT NULL,
    owner_id text NOT NULL,
    unit_id text NOT NULL,
    audience text[] DEFAULT '{}'::text[] NOT NULL,
    year integer NOT NULL,
    household_id bigint,
    code text NOT NULL COLLATE pg_catalog."C",
    hamlet text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    head text NOT NULL,
    head_born integer DEFAULT 0 NOT NULL,
    members integer DEFAULT 0 NOT NULL,
    left_class text NOT NULL,
    class text NOT NULL,
    left_on date NOT NULL,
    until_day date NOT NULL,
    visit_days integer NOT NULL,
    state text DEFAULT 'watching'::text NOT NULL,
    fell_to text DEFAULT ''::text NOT NULL,
    fell_on date,
    fell_cycle text,
    reason text DEFAULT ''::text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    saved_at timestamp with time zone NOT NULL,
    saved_by bigint,
    CONSTRAINT watches_check CHECK ((until_day >= left_on)),
    CONSTRAINT watches_check1 CHECK (((left_class = 'poor'::text) OR (class = 'not_poor'::text))),
    CONSTRAINT watches_check2 CHECK ((((state = 'fallen_back'::text) = (fell_to <> ''::text)) AND ((fell_to <> ''::text) = (fell_on IS NOT NULL)) AND ((fell_on IS NULL) = (fell_cycle IS NULL)))),
    CONSTRAINT watches_check3 CHECK (((state <> 'ended'::text) OR (reason <> ''::text))),
    CONSTRAINT watches_class_check CHECK ((class = ANY (ARRAY['near_poor'::text, 'not_poor'::text]))),
    CONSTRAINT watches_code_check CHECK ((code <> ''::text)),
    CONSTRAINT watches_fell_to_check CHECK ((fell_to = ANY (ARRAY[''::text, 'poor'::text, 'near_poor'::text]))),
    CONSTRAINT watches_head_check CHECK ((head <> ''::text)),
    CONSTRAINT watches_left_class_check CHECK ((left_class = ANY (ARRAY['poor'::text, 'near_poor'::text]))),
    CONSTRAINT watches_members_check CHECK ((members >= 0)),
    CONSTRAINT watches_state_check CHECK ((state = ANY (ARRAY['watching'::text, 'fallen_back'::text, 'renewed'::text, 'ended'::text]))),
    CONSTRAINT watches_visit_days_check CHECK ((visit_days > 0))
);

ALTER TABLE ONLY public.watches FORCE ROW LEVEL SECURITY;

--
-- Name: watches_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.watches ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.watches_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: year_figures; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.year_figures (
    owner_id text NOT NULL,
    unit_id text NOT NULL,
    year integer NOT NULL,
    households integer NOT NULL,
    poor integer NOT NULL,
    near_poor integer NOT NULL,
    ethnic integer DEFAULT 0 NOT NULL,
    ethnic_poor integer DEFAULT 0 NOT NULL,
    ethnic_near_poor integer DEFAULT 0 NOT NULL,
    source text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    saved_at timestamp with time zone NOT NULL,
    saved_by bigint,
    CONSTRAINT year_figures_check CHECK (((poor >= 0) AND (poor <= households))),
    CONSTRAINT year_figures_check1 CHECK (((near_poor >= 0) AND (near_poor <= households))),
    CONSTRAINT year_figures_check2 CHECK (((ethnic >= 0) AND (ethnic <= households))),
    CONSTRAINT year_figures_check3 CHECK (((ethnic_poor >= 0) AND (ethnic_poor <= poor))),
    CONSTRAINT year_figures_check4 CHECK (((ethnic_near_poor >= 0) AND (ethnic_near_poor <= near_poor))),
    CONSTRAINT year_figures_households_check CHECK ((households >= 0)),
    CONSTRAINT year_figures_source_check CHECK ((source <> ''::text)),
    CONSTRAINT year_figures_year_check CHECK (((year >= 1990) AND (year <= 2200)))
);

ALTER TABLE ONLY public.year_figures FORCE ROW LEVEL SECURITY;

--
-- Name: accounts accounts_login_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_login_key UNIQUE (login);

--
-- Name: accounts accounts_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_pkey PRIMARY KEY (user_id);

--
-- Name: api_keys api_keys_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_pkey PRIMARY KEY (sha256);

--
-- Name: assignments assignments_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.assignments
    ADD CONSTRAINT assignments_pkey PRIMARY KEY (cycle_id, no);

--
-- Name: attachments attachments_blob_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.attachments
    ADD CONSTRAINT attachments_blob_key UNIQUE (blob);

--
-- Name: attachments attachments_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.attachments
    ADD CONSTRAINT attachments_pkey PRIMARY KEY (id);

--
-- Name: audits audits_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.audits
    ADD CONSTRAINT audits_pkey PRIMARY KEY (id);

--
-- Name: calls calls_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.calls
    ADD CONSTRAINT calls_pkey PRIMARY KEY (id);

--
-- Name: calls calls_recorded_by_key_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.calls
    ADD CONSTRAINT calls_recorded_by_key_key UNIQUE NULLS NOT DISTINCT (recorded_by, key);

--
-- Name: committee_areas committee_areas_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.committee_areas
    ADD CONSTRAINT committee_areas_pkey PRIMARY KEY (cycle_id, unit_id, place, area_id, hamlet);

--
-- Name: committee_members committee_members_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.committee_members
    ADD CONSTRAINT committee_members_pkey PRIMARY KEY (cycle_id, unit_id, place);

--
-- Name: committees committees_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.committees
    ADD CONSTRAINT committees_pkey PRIMARY KEY (cycle_id, unit_id);

--
-- Name: component_households component_households_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.component_households
    ADD CONSTRAINT component_households_pkey PRIMARY KEY (component_id, household_id);

--
-- Name: component_kinds component_kinds_code_owner_id_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.component_kinds
    ADD CONSTRAINT component_kinds_code_owner_id_key UNIQUE NULLS NOT DISTINCT (code, owner_id);

--
-- Name: component_kinds component_kinds_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.component_kinds
    ADD CONSTRAINT component_kinds_pkey PRIMARY KEY (id);

--
-- Name: components components_cycle_id_code_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.components
    ADD CONSTRAINT components_cycle_id_code_key UNIQUE (cycle_id, code);

--
-- Name: components components_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.components
    ADD CONSTRAINT components_pkey PRIMARY KEY (id);

--
-- Name: consolidations consolidations_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.consolidations
    ADD CONSTRAINT consolidations_pkey PRIMARY KEY (cycle_id, period, revision);

--
-- Name: contributions contributions_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.contributions
    ADD CONSTRAINT contributions_pkey PRIMARY KEY (duty_id, unit_id);

--
-- Name: cycle_units cycle_units_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.cycle_units
    ADD CONSTRAINT cycle_units_pkey PRIMARY KEY (cycle_id, unit_id);

--
-- Name: cycles cycles_owner_id_year_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.cycles
    ADD CONSTRAINT cycles_owner_id_year_key UNIQUE (owner_id, year);

--
-- Name: cycles cycles_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.cycles
    ADD CONSTRAINT cycles_pkey PRIMARY KEY (id);

--
-- Name: days_off days_off_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.days_off
    ADD CONSTRAINT days_off_pkey PRIMARY KEY (day);

--
-- Name: decisions decisions_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.decisions
    ADD CONSTRAINT decisions_pkey PRIMARY KEY (id);

--
-- Name: deliveries deliveries_corrects_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.deliveries
    ADD CONSTRAINT deliveries_corrects_key UNIQUE (corrects);

--
-- Name: deliveries deliveries_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.deliveries
    ADD CONSTRAINT deliveries_pkey PRIMARY KEY (id);

--
-- Name: delivery_confirmations delivery_confirmations_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.delivery_confirmations
    ADD CONSTRAINT delivery_confirmations_pkey PRIMARY KEY (batch);

--
-- Name: document_books document_books_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.document_books
    ADD CONSTRAINT document_books_pkey PRIMARY KEY (unit_id, year, kind);

--
-- Name: document_gaps document_gaps_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.document_gaps
    ADD CONSTRAINT document_gaps_pkey PRIMARY KEY (unit_id, year, kind, number);

--
-- Name: document_templates document_templates_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.document_templates
    ADD CONSTRAINT document_templates_pkey PRIMARY KEY (id);

--
-- Name: documents documents_cycle_id_key_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.documents
    ADD CONSTRAINT documents_cycle_id_key_key UNIQUE (cycle_id, key);

--
-- Name: documents documents_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.documents
    ADD CONSTRAINT documents_pkey PRIMARY KEY (id);

--
-- Name: duties duties_carried_from_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.duties
    ADD CONSTRAINT duties_carried_from_key UNIQUE (carried_from);

--
-- Name: duties duties_key_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.duties
    ADD CONSTRAINT duties_key_key UNIQUE (key);

--
-- Name: duties duties_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.duties
    ADD CONSTRAINT duties_pkey PRIMARY KEY (id);

--
-- Name: escalations escalations_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.escalations
    ADD CONSTRAINT escalations_pkey PRIMARY KEY (duty_id, ladder);

--
-- Name: export_settings export_settings_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.export_settings
    ADD CONSTRAINT export_settings_pkey PRIMARY KEY (owner_id);

--
-- Name: fund_entries fund_entries_corrects_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.fund_entries
    ADD CONSTRAINT fund_entries_corrects_key UNIQUE (corrects);

--
-- Name: fund_entries fund_entries_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.fund_entries
    ADD CONSTRAINT fund_entries_pkey PRIMARY KEY (id);

--
-- Name: funds funds_cycle_id_code_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.funds
    ADD CONSTRAINT funds_cycle_id_code_key UNIQUE (cycle_id, code);

--
-- Name: funds funds_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.funds
    ADD CONSTRAINT funds_pkey PRIMARY KEY (id);

--
-- Name: group_answers group_answers_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.group_answers
    ADD CONSTRAINT group_answers_pkey PRIMARY KEY (cycle_id, no, group_code, unit_id);

--
-- Name: hamlets hamlets_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.hamlets
    ADD CONSTRAINT hamlets_pkey PRIMARY KEY (unit_id, code);

--
-- Name: helpers helpers_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.helpers
    ADD CONSTRAINT helpers_pkey PRIMARY KEY (id);

--
-- Name: history history_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.history
    ADD CONSTRAINT history_pkey PRIMARY KEY (id);

--
-- Name: holdings holdings_office_id_daterange_excl; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.holdings
    ADD CONSTRAINT holdings_office_id_daterange_excl EXCLUDE USING gist (office_id WITH =, daterange(valid_from, valid_to, '[]'::text) WITH &&) WHERE ((NOT substitute));

--
-- Name: holdings holdings_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.holdings
    ADD CONSTRAINT holdings_pkey PRIMARY KEY (id);

--
-- Name: household_settlements household_settlements_cycle_id_key_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.household_settlements
    ADD CONSTRAINT household_settlements_cycle_id_key_key UNIQUE (cycle_id, key);

--
-- Name: household_settlements household_settlements_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.household_settlements
    ADD CONSTRAINT household_settlements_pkey PRIMARY KEY (id);

--
-- Name: households households_cycle_id_unit_id_code_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.households
    ADD CONSTRAINT households_cycle_id_unit_id_code_key UNIQUE (cycle_id, unit_id, code);

--
-- Name: households households_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.households
    ADD CONSTRAINT households_pkey PRIMARY KEY (id);

--
-- Name: indicator_results indicator_results_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.indicator_results
    ADD CONSTRAINT indicator_results_pkey PRIMARY KEY (cycle_id, kind, code);

--
-- Name: indicators indicators_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.indicators
    ADD CONSTRAINT indicators_pkey PRIMARY KEY (cycle_id, code);

--
-- Name: meeting_conclusions meeting_conclusions_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.meeting_conclusions
    ADD CONSTRAINT meeting_conclusions_pkey PRIMARY KEY (meeting_id, no);

--
-- Name: meeting_invitations meeting_invitations_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.meeting_invitations
    ADD CONSTRAINT meeting_invitations_pkey PRIMARY KEY (meeting_id, unit_id);

--
-- Name: meeting_minutes meeting_minutes_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.meeting_minutes
    ADD CONSTRAINT meeting_minutes_pkey PRIMARY KEY (meeting_id);

--
-- Name: meetings meetings_cycle_id_code_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.meetings
    ADD CONSTRAINT meetings_cycle_id_code_key UNIQUE (cycle_id, code);

--
-- Name: meetings meetings_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.meetings
    ADD CONSTRAINT meetings_pkey PRIMARY KEY (id);

--
-- Name: mentors mentors_cycle_id_household_id_name_from_day_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.mentors
    ADD CONSTRAINT mentors_cycle_id_household_id_name_from_day_key UNIQUE (cycle_id, household_id, name, from_day);

--
-- Name: mentors mentors_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.mentors
    ADD CONSTRAINT mentors_pkey PRIMARY KEY (id);

--
-- Name: needs needs_code_owner_id_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.needs
    ADD CONSTRAINT needs_code_owner_id_key UNIQUE NULLS NOT DISTINCT (code, owner_id);

--
-- Name: needs needs_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.needs
    ADD CONSTRAINT needs_pkey PRIMARY KEY (id);

--
-- Name: notices notices_key_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.notices
    ADD CONSTRAINT notices_key_key UNIQUE (key);

--
-- Name: notices notices_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.notices
    ADD CONSTRAINT notices_pkey PRIMARY KEY (id);

--
-- Name: objections objections_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.objections
    ADD CONSTRAINT objections_pkey PRIMARY KEY (id);

--
-- Name: objections objections_posting_id_number_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.objections
    ADD CONSTRAINT objections_posting_id_number_key UNIQUE (posting_id, number);

--
-- Name: obstacles obstacles_cycle_id_no_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.obstacles
    ADD CONSTRAINT obstacles_cycle_id_no_key UNIQUE (cycle_id, no);

--
-- Name: obstacles obstacles_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.obstacles
    ADD CONSTRAINT obstacles_pkey PRIMARY KEY (id);

--
-- Name: offices offices_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.offices
    ADD CONSTRAINT offices_pkey PRIMARY KEY (id);

--
-- Name: periods periods_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.periods
    ADD CONSTRAINT periods_pkey PRIMARY KEY (cycle_id, code);

--
-- Name: pilot_households pilot_households_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.pilot_households
    ADD CONSTRAINT pilot_households_pkey PRIMARY KEY (pilot_id, household_id);

--
-- Name: pilots pilots_cycle_id_key_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.pilots
    ADD CONSTRAINT pilots_cycle_id_key_key UNIQUE (cycle_id, key);

--
-- Name: pilots pilots_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.pilots
    ADD CONSTRAINT pilots_pkey PRIMARY KEY (id);

--
-- Name: plan_drafts plan_drafts_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.plan_drafts
    ADD CONSTRAINT plan_drafts_pkey PRIMARY KEY (cycle_id, unit_id);

--
-- Name: plan_households plan_households_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.plan_households
    ADD CONSTRAINT plan_households_pkey PRIMARY KEY (cycle_id, unit_id, household_id);

--
-- Name: plan_measures plan_measures_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.plan_measures
    ADD CONSTRAINT plan_measures_pkey PRIMARY KEY (id);

--
-- Name: plan_remarks plan_remarks_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.plan_remarks
    ADD CONSTRAINT plan_remarks_pkey PRIMARY KEY (id);

--
-- Name: plan_round_households plan_round_households_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.plan_round_households
    ADD CONSTRAINT plan_round_households_pkey PRIMARY KEY (cycle_id, unit_id, round, household_id);

--
-- Name: plan_rounds plan_rounds_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.plan_rounds
    ADD CONSTRAINT plan_rounds_pkey PRIMARY KEY (cycle_id, unit_id, round);

--
-- Name: plans plans_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.plans
    ADD CONSTRAINT plans_pkey PRIMARY KEY (cycle_id, unit_id);

--
-- Name: posting_changes posting_changes_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.posting_changes
    ADD CONSTRAINT posting_changes_pkey PRIMARY KEY (posting_id, version);

--
-- Name: posting_rows posting_rows_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.posting_rows
    ADD CONSTRAINT posting_rows_pkey PRIMARY KEY (posting_id, "row");

--
-- Name: postings postings_cycle_id_unit_id_subject_number_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.postings
    ADD CONSTRAINT postings_cycle_id_unit_id_subject_number_key UNIQUE (cycle_id, unit_id, subject, number);

--
-- Name: postings postings_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.postings
    ADD CONSTRAINT postings_pkey PRIMARY KEY (id);

--
-- Name: register_files register_files_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.register_files
    ADD CONSTRAINT register_files_pkey PRIMARY KEY (id);

--
-- Name: register_freezes register_freezes_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.register_freezes
    ADD CONSTRAINT register_freezes_pkey PRIMARY KEY (cycle_id, unit_id);

--
-- Name: registrations registrations_cycle_id_key_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.registrations
    ADD CONSTRAINT registrations_cycle_id_key_key UNIQUE (cycle_id, key);

--
-- Name: registrations registrations_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.registrations
    ADD CONSTRAINT registrations_pkey PRIMARY KEY (id);

--
-- Name: report_forms report_forms_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.report_forms
    ADD CONSTRAINT report_forms_pkey PRIMARY KEY (cycle_id, version);

--
-- Name: reports reports_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.reports
    ADD CONSTRAINT reports_pkey PRIMARY KEY (duty_id, version);

--
-- Name: review_inputs review_inputs_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.review_inputs
    ADD CONSTRAINT review_inputs_pkey PRIMARY KEY (cycle_id, kind, unit_id);

--
-- Name: reviews reviews_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.reviews
    ADD CONSTRAINT reviews_pkey PRIMARY KEY (cycle_id, kind);

--
-- Name: sessions sessions_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (token);

--
-- Name: shortcomings shortcomings_carried_from_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.shortcomings
    ADD CONSTRAINT shortcomings_carried_from_key UNIQUE (carried_from);

--
-- Name: shortcomings shortcomings_cycle_id_no_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.shortcomings
    ADD CONSTRAINT shortcomings_cycle_id_no_key UNIQUE (cycle_id, no);

--
-- Name: shortcomings shortcomings_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.shortcomings
    ADD CONSTRAINT shortcomings_pkey PRIMARY KEY (id);

--
-- Name: survey_cases survey_cases_cycle_id_unit_id_no_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.survey_cases
    ADD CONSTRAINT survey_cases_cycle_id_unit_id_no_key UNIQUE (cycle_id, unit_id, no);

--
-- Name: survey_cases survey_cases_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.survey_cases
    ADD CONSTRAINT survey_cases_pkey PRIMARY KEY (id);

--
-- Name: survey_households survey_households_cycle_id_unit_id_code_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.survey_households
    ADD CONSTRAINT survey_households_cycle_id_unit_id_code_key UNIQUE (cycle_id, unit_id, code);

--
-- Name: survey_households survey_households_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.survey_households
    ADD CONSTRAINT survey_households_pkey PRIMARY KEY (id);

--
-- Name: survey_meetings survey_meetings_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.survey_meetings
    ADD CONSTRAINT survey_meetings_pkey PRIMARY KEY (cycle_id, unit_id, hamlet, no);

--
-- Name: survey_results survey_results_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.survey_results
    ADD CONSTRAINT survey_results_pkey PRIMARY KEY (cycle_id, unit_id, stage);

--
-- Name: surveys surveys_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.surveys
    ADD CONSTRAINT surveys_pkey PRIMARY KEY (cycle_id, unit_id);

--
-- Name: target_share_parts target_share_parts_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.target_share_parts
    ADD CONSTRAINT target_share_parts_pkey PRIMARY KEY (cycle_id, unit_id, place);

--
-- Name: target_shares target_shares_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.target_shares
    ADD CONSTRAINT target_shares_pkey PRIMARY KEY (cycle_id, unit_id);

--
-- Name: target_totals target_totals_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.target_totals
    ADD CONSTRAINT target_totals_pkey PRIMARY KEY (cycle_id);

--
-- Name: targets targets_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.targets
    ADD CONSTRAINT targets_pkey PRIMARY KEY (cycle_id, unit_id);

--
-- Name: unit_aliases unit_aliases_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.unit_aliases
    ADD CONSTRAINT unit_aliases_pkey PRIMARY KEY (unit_id, name);

--
-- Name: unit_successions unit_successions_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.unit_successions
    ADD CONSTRAINT unit_successions_pkey PRIMARY KEY (predecessor_id, successor_id);

--
-- Name: unit_versions unit_versions_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.unit_versions
    ADD CONSTRAINT unit_versions_pkey PRIMARY KEY (id);

--
-- Name: unit_versions unit_versions_unit_id_daterange_excl; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.unit_versions
    ADD CONSTRAINT unit_versions_unit_id_daterange_excl EXCLUDE USING gist (unit_id WITH =, daterange(valid_from, valid_to, '[]'::text) WITH &&);

--
-- Name: units units_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.units
    ADD CONSTRAINT units_pkey PRIMARY KEY (id);

--
-- Name: users users_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);

--
-- Name: visits visits_corrects_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.visits
    ADD CONSTRAINT visits_corrects_key UNIQUE (corrects);

--
-- Name: visits visits_mentor_id_key_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.visits
    ADD CONSTRAINT visits_mentor_id_key_key UNIQUE (mentor_id, key);

--
-- Name: visits visits_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.visits
    ADD CONSTRAINT visits_pkey PRIMARY KEY (id);

--
-- Name: wakes wakes_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.wakes
    ADD CONSTRAINT wakes_pkey PRIMARY KEY (id);

--
-- Name: watch_alerts watch_alerts_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.watch_alerts
    ADD CONSTRAINT watch_alerts_pkey PRIMARY KEY (id);

--
-- Name: watch_alerts watch_alerts_watch_id_no_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.watch_alerts
    ADD CONSTRAINT watch_alerts_watch_id_no_key UNIQUE (watch_id, no);

--
-- Name: watch_events watch_events_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.watch_events
    ADD CONSTRAINT watch_events_pkey PRIMARY KEY (id);

--
-- Name: watch_visits watch_visits_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.watch_visits
    ADD CONSTRAINT watch_visits_pkey PRIMARY KEY (id);

--
-- Name: watches watches_owner_id_unit_id_code_year_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.watches
    ADD CONSTRAINT watches_owner_id_unit_id_code_year_key UNIQUE (owner_id, unit_id, code, year);

--
-- Name: watches watches_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.watches
    ADD CONSTRAINT watches_pkey PRIMARY KEY (id);

--
-- Name: year_figures year_figures_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.year_figures
    ADD CONSTRAINT year_figures_pkey PRIMARY KEY (owner_id, unit_id, year);

--
-- Name: assignments_one_draft; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX assignments_one_draft ON public.assignments USING btree (cycle_id) WHERE (state <> 'issued'::text);

--
-- Name: attachments_once; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX attachments_once ON public.attachments USING btree (subject, subject_id, sha256) WHERE (struck_at IS NULL);

--
-- Name: audits_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX audits_at ON public.audits USING btree (at DESC);

--
-- Name: calls_duty; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX calls_duty ON public.calls USING btree (duty_id, called_at);

--
-- Name: component_households_household; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX component_households_household ON public.component_households USING btree (household_id);

--
-- Name: components_commune; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX components_commune ON public.components USING btree (commune_id, cycle_id);

--
-- Name: components_fund; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX components_fund ON public.components USING btree (fund_id) WHERE (fund_id IS NOT NULL);

--
-- Name: components_unit; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX components_unit ON public.components USING btree (unit_id, cycle_id);

--
-- Name: cycle_units_unit; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX cycle_units_unit ON public.cycle_units USING btree (unit_id);

--
-- Name: cycles_chair; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX cycles_chair ON public.cycles USING btree (chair_id);

--
-- Name: cycles_standing; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX cycles_standing ON public.cycles USING btree (standing_id);

--
-- Name: cycles_vice_chair; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX cycles_vice_chair ON public.cycles USING btree (vice_chair_id);

--
-- Name: decisions_once; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX decisions_once ON public.decisions USING btree (actor_id, key) WHERE (key <> ''::text);

--
-- Name: deliveries_batch; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX deliveries_batch ON public.deliveries USING btree (batch);

--
-- Name: deliveries_component; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX deliveries_component ON public.deliveries USING btree (component_id, day);

--
-- Name: deliveries_cycle; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX deliveries_cycle ON public.deliveries USING btree (cycle_id, day);

--
-- Name: deliveries_household; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX deliveries_household ON public.deliveries USING btree (household_id) WHERE (household_id IS NOT NULL);

--
-- Name: document_templates_newest; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX document_templates_newest ON public.document_templates USING btree (owner_id, kind, id DESC);

--
-- Name: documents_cycle; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX documents_cycle ON public.documents USING btree (cycle_id, kind, day);

--
-- Name: documents_number; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX documents_number ON public.documents USING btree (unit_id, year, book, number) WHERE (number IS NOT NULL);

--
-- Name: documents_subject; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX documents_subject ON public.documents USING btree (cycle_id, subject);

--
-- Name: duties_behind; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX duties_behind ON public.duties USING btree (cycle_id, next_at) WHERE (next_at IS NOT NULL);

--
-- Name: duties_late; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX duties_late ON public.duties USING btree (rung) WHERE (overdue AND (state = ANY (ARRAY['open'::text, 'returned'::text])));

--
-- Name: duties_next; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX duties_next ON public.duties USING btree (next_at) WHERE (next_at IS NOT NULL);

--
-- Name: duties_overdue; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX duties_overdue ON public.duties USING btree (cycle_id, overdue_at) WHERE overdue;

--
-- Name: duties_period; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX duties_period ON public.duties USING btree (cycle_id, period) WHERE (period <> ''::text);

--
-- Name: duties_unit; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX duties_unit ON public.duties USING btree (unit_id, cycle_id);

--
-- Name: duties_watch; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX duties_watch ON public.duties USING btree (cycle_id, process, process_key, next_at);

--
-- Name: escalations_open; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX escalations_open ON public.escalations USING btree (cycle_id, opened_at) WHERE (closed_at IS NULL);

--
-- Name: fund_entries_delivery; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX fund_entries_delivery ON public.fund_entries USING btree (delivery_id) WHERE (delivery_id IS NOT NULL);

--
-- Name: fund_entries_fund; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX fund_entries_fund ON public.fund_entries USING btree (fund_id, day);

--
-- Name: helpers_commune; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX helpers_commune ON public.helpers USING btree (cycle_id, unit_id, household_id);

--
-- Name: helpers_helper; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX helpers_helper ON public.helpers USING btree (helper_id, cycle_id) WHERE (helper_id <> ''::text);

--
-- Name: helpers_household; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX helpers_household ON public.helpers USING btree (household_id);

--
-- Name: history_cycle; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX history_cycle ON public.history USING btree (cycle_id, id);

--
-- Name: history_duty; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX history_duty ON public.history USING btree (duty_id, id);

--
-- Name: history_once; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX history_once ON public.history USING btree (duty_id, ladder, event, rung, COALESCE(by_day, '-infinity'::date)) WHERE (event = ANY (ARRAY['reminded'::text, 'escalated'::text, 'passed'::text, 'held'::text, 'lapsed'::text, 'overdue'::text]));

--
-- Name: holdings_office; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX holdings_office ON public.holdings USING btree (office_id);

--
-- Name: holdings_to_hand; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX holdings_to_hand ON public.holdings USING btree (valid_from) WHERE (NOT handed);

--
-- Name: holdings_user; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX holdings_user ON public.holdings USING btree (user_id);

--
-- Name: household_settlements_apart; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX household_settlements_apart ON public.household_settlements USING btree (LEAST(household_id, other_id), GREATEST(household_id, other_id)) WHERE ((kind = 'apart'::text) AND (undone_at IS NULL));

--
-- Name: household_settlements_household; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX household_settlements_household ON public.household_settlements USING btree (household_id);

--
-- Name: household_settlements_list; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX household_settlements_list ON public.household_settlements USING btree (cycle_id, unit_id, id);

--
-- Name: household_settlements_other; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX household_settlements_other ON public.household_settlements USING btree (other_id) WHERE (other_id IS NOT NULL);

--
-- Name: households_alike; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX households_alike ON public.households USING btree (cycle_id, unit_id, hamlet, head_folded, head_born);

--
-- Name: households_health_card; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX households_health_card ON public.households USING btree (cycle_id, health_card) WHERE (health_card <> ''::text);

--
-- Name: households_id_number; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX households_id_number ON public.households USING btree (cycle_id, id_number) WHERE (id_number <> ''::text);

--
-- Name: households_list; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX households_list ON public.households USING btree (cycle_id, unit_id, hamlet, code);

--
-- Name: meeting_conclusions_duty; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX meeting_conclusions_duty ON public.meeting_conclusions USING btree (duty_id) WHERE (duty_id IS NOT NULL);

--
-- Name: meetings_calendar; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX meetings_calendar ON public.meetings USING btree (cycle_id, starts_at);

--
-- Name: mentors_commune; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX mentors_commune ON public.mentors USING btree (cycle_id, unit_id, household_id);

--
-- Name: mentors_household; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX mentors_household ON public.mentors USING btree (household_id);

--
-- Name: mentors_user; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX mentors_user ON public.mentors USING btree (user_id) WHERE (user_id IS NOT NULL);

--
-- Name: notices_cycle; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX notices_cycle ON public.notices USING btree (cycle_id, id);

--
-- Name: notices_duty; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX notices_duty ON public.notices USING btree (duty_id);

--
-- Name: notices_mailed; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX notices_mailed ON public.notices USING btree (user_id, id) WHERE (state = ANY (ARRAY['sent'::text, 'failed'::text]));

--
-- Name: notices_office_queue; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX notices_office_queue ON public.notices USING btree (office_id) WHERE (state = 'queued'::text);

--
-- Name: notices_queue; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX notices_queue ON public.notices USING btree (try_at, at) WHERE (state = ANY (ARRAY['queued'::text, 'sending'::text]));

--
-- Name: notices_standing; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX notices_standing ON public.notices USING btree (cycle_id, at, unit_id) WHERE (kind = 'standing'::text);

--
-- Name: notices_trouble; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX notices_trouble ON public.notices USING btree (cycle_id, state) WHERE (state = ANY (ARRAY['vacant'::text, 'failed'::text]));

--
-- Name: notices_unread; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX notices_unread ON public.notices USING btree (user_id) WHERE ((read_at IS NULL) AND (state = ANY (ARRAY['queued'::text, 'sending'::text, 'sent'::text, 'failed'::text, 'inbox'::text])));

--
-- Name: notices_user; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX notices_user ON public.notices USING btree (user_id, id);

--
-- Name: objections_unit; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX objections_unit ON public.objections USING btree (cycle_id, unit_id, state);

--
-- Name: obstacles_unit; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX obstacles_unit ON public.obstacles USING btree (cycle_id, unit_id, received_at);

--
-- Name: offices_unit; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX offices_unit ON public.offices USING btree (unit_id);

--
-- Name: pilot_households_household; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX pilot_households_household ON public.pilot_households USING btree (household_id);

--
-- Name: pilots_commune; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX pilots_commune ON public.pilots USING btree (cycle_id, unit_id);

--
-- Name: pilots_leader; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX pilots_leader ON public.pilots USING btree (leader_id);

--
-- Name: plan_households_household; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX plan_households_household ON public.plan_households USING btree (household_id);

--
-- Name: plan_measures_household; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX plan_measures_household ON public.plan_measures USING btree (cycle_id, unit_id, household_id);

--
-- Name: plan_remarks_round; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX plan_remarks_round ON public.plan_remarks USING btree (cycle_id, unit_id, round);

--
-- Name: postings_standing; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX postings_standing ON public.postings USING btree (cycle_id, unit_id, subject) WHERE (taken_down IS NULL);

--
-- Name: registrations_agency; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX registrations_agency ON public.registrations USING btree (agency_id);

--
-- Name: registrations_commune; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX registrations_commune ON public.registrations USING btree (cycle_id, unit_id);

--
-- Name: sessions_expiry; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX sessions_expiry ON public.sessions USING btree (expiry);

--
-- Name: shortcomings_unit; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX shortcomings_unit ON public.shortcomings USING btree (unit_id);

--
-- Name: survey_cases_household; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX survey_cases_household ON public.survey_cases USING btree (household_id);

--
-- Name: survey_cases_list; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX survey_cases_list ON public.survey_cases USING btree (cycle_id, unit_id, id);

--
-- Name: survey_households_of; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX survey_households_of ON public.survey_households USING btree (household_id);

--
-- Name: unit_versions_name; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX unit_versions_name ON public.unit_versions USING btree (public.fold(name) text_pattern_ops);

--
-- Name: unit_versions_names; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX unit_versions_names ON public.unit_versions USING btree (unit_id) INCLUDE (name, valid_from, valid_to);

--
-- Name: unit_versions_parent; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX unit_versions_parent ON public.unit_versions USING btree (parent_id);

--
-- Name: uploads_expiry; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX uploads_expiry ON public.register_files USING btree (expires_at);

--
-- Name: uploads_user; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX uploads_user ON public.register_files USING btree (user_id);

--
-- Name: watch_alerts_duty; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX watch_alerts_duty ON public.watch_alerts USING btree (duty_id);

--
-- Name: watch_alerts_open; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX watch_alerts_open ON public.watch_alerts USING btree (watch_id) WHERE (state <> 'closed'::text);

--
-- Name: watch_events_watch; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX watch_events_watch ON public.watch_events USING btree (watch_id, day);

--
-- Name: watch_visits_watch; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX watch_visits_watch ON public.watch_visits USING btree (watch_id, day);

--
-- Name: watches_household; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX watches_household ON public.watches USING btree (household_id);

--
-- Name: watches_running; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX watches_running ON public.watches USING btree (owner_id, unit_id, code) WHERE (state = 'watching'::text);

--
-- Name: assignments assignments_issued_stand; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER assignments_issued_stand BEFORE DELETE OR UPDATE ON public.assignments FOR EACH ROW EXECUTE FUNCTION public.refuse_issued_change();

--
-- Name: consolidations consolidations_sent_stand; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER consolidations_sent_stand BEFORE UPDATE ON public.consolidations FOR EACH ROW EXECUTE FUNCTION public.refuse_sent_change();

--
-- Name: deliveries deliveries_append_only; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER deliveries_append_only BEFORE DELETE OR UPDATE ON public.deliveries FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_ledger_change();

--
-- Name: fund_entries fund_entries_append_only; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER fund_entries_append_only BEFORE DELETE OR UPDATE ON public.fund_entries FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_ledger_change();

--
-- Name: history history_append_only; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER history_append_only BEFORE DELETE OR UPDATE ON public.history FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

--
-- Name: accounts accounts_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);

--
-- Name: api_keys api_keys_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);

--
-- Name: assignments assignments_cycle_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.assignments
    ADD CONSTRAINT assignments_cycle_id_fkey FOREIGN KEY (cycle_id) REFERENCES public.cycles(id);

--
-- Name: assignments assignments_issued_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.assignments
    ADD CONSTRAINT assignments_issued_by_fkey FOREIGN KEY (issued_by) REFERENCES public.users(id);

--
-- Name: assignments assignments_saved_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.assignments
    ADD CONSTRAINT assignments_saved_by_fkey FOREIGN KEY (saved_by) REFERENCES public.users(id);

--
-- Name: attachments attachments_cycle_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.attachments
    ADD CONSTRAINT attachments_cycle_id_fkey FOREIGN KEY (cycle_id) REFERENCES public.cycles(id);

--
-- Name: attachments attachments_saved_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.attachments
    ADD CONSTRAINT attachments_saved_by_fkey FOREIGN KEY (saved_by) REFERENCES public.users(id);

--
-- Name: attachments attachments_struck_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.attachments
    ADD CONSTRAINT attachments_struck_by_fkey FOREIGN KEY (struck_by) REFERENCES public.users(id);

--
-- Name: attachments attachments_unit_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.attachments
    ADD CONSTRAINT attachments_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES public.units(id);

--
-- Name: calls calls_cycle_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.calls
    ADD CONSTRAINT calls_cycle_id_fkey FOREIGN KEY (cycle_id) REFERENCES public.cycles(id);

--
-- Name: calls calls_duty_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.calls
    ADD CONSTRAINT calls_duty_id_fkey FOREIGN KEY (duty_id) REFERENCES public.duties(id);

--
-- Name: calls calls_recorded_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.calls
    ADD CONSTRAINT calls_recorded_by_fkey FOREIGN KEY (recorded_by) REFERENCES public.users(id);

--
-- Name: committee_areas committee_areas_area_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.committee_areas
    ADD CONSTRAINT committee_areas_area_id_fkey FOREIGN KEY (area_id) REFERENCES public.units(id);

--
-- Name: committee_areas committee_areas_cycle_id_unit_id_place_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.committee_areas
    ADD CONSTRAINT committee_areas_cycle_id_unit_id_place_fkey FOREIGN KEY (cycle_id, unit_id, place) REFERENCES public.committee_members(cycle_id, unit_id, place) ON DELETE CASCADE;

--
-- Name: committee_members committee_members_cycle_id_unit_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.committee_members
    ADD CONSTRAINT committee_members_cycle_id_unit_id_fkey FOREIGN KEY (cycle_id, unit_id) REFERENCES public.committees(cycle_id, unit_id) ON DELETE CASCADE;

--
-- Name: committee_members committee_members_office_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.committee_members
    ADD CONSTRAINT committee_members_office_id_fkey FOREIGN KEY (office_id) REFERENCES public.offices(id);

--
-- Name: committees committees_cycle_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.committees
    ADD CONSTRAINT committees_cycle_id_fkey FOREIGN KEY (cycle_id) REFERENCES public.cycles(id);

--
-- Name: committees committees_saved_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.committees
    ADD CONSTRAINT committees_saved_by_fkey FOREIGN KEY (saved_by) REFERENCES public.users(id);

--
-- Name: committees committees_unit_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.committees
    ADD CONSTRAINT committees_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES public.units(id);

--
-- Name: component_households component_households_component_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.component_households
    ADD CONSTRAINT component_households_component_id_fkey FOREIGN KEY (component_id) REFERENCES public.components(id);

--
-- Name: component_households component_households_household_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.component_households
    ADD CONSTRAINT component_households_household_id_fkey FOREIGN KEY (household_id) REFERENCES public.households(id) ON DELETE CASCADE;

--
-- Name: component_kinds component_kinds_owner_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.component_kinds
    ADD CONSTRAINT component_kinds_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES public.units(id);

--
-- Name: components components_commune_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.components
    ADD CONSTRAINT components_commune_id_fkey FOREIGN KEY (commune_id) REFERENCES public.units(id);

--
-- Name: components components_cycle_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.components
    ADD CONSTRAINT components_cycle_id_fkey FOREIGN KEY (cycle_id) REFERENCES public.cycles(id);

--
-- Name: components components_fund_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.components
    ADD CONSTRAINT components_fund_id_fkey FOREIGN KEY (fund_id) REFERENCES public.funds(id);

--
-- Name: components components_saved_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.components
    ADD CONSTRAINT components_saved_by_fkey FOREIGN KEY (saved_by) REFERENCES public.users(id);

--
-- Name: components components_unit_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.components
    ADD CONSTRAINT components_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES public.units(id);

--
-- Name: consolidations consolidations_cycle_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.consolidations
    ADD CONSTRAINT consolidations_cycle_id_fkey FOREIGN KEY (cycle_id) REFERENCES public.cycles(id);

--
-- Name: consolidations consolidations_cycle_id_period_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.consolidations
    ADD CONSTRAINT consolidations_cycle_id_period_fkey FOREIGN KEY (cycle_id, period) REFERENCES public.periods(cycle_id, code);

--
-- Name: consolidations consolidations_saved_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.consolidations
    ADD CONSTRAINT consolidations_saved_by_fkey FOREIGN KEY (saved_by) REFERENCES public.users(id);

--
-- Name: contributions contributions_duty_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.contributions
    ADD CONSTRAINT contributions_duty_id_fkey FOREIGN KEY (duty_id) REFERENCES public.duties(id);

--
-- Name: contributions contributions_saved_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.contributions
    ADD CONSTRAINT contributions_saved_by_fkey FOREIGN KEY (saved_by) REFERENCES public.users(id);

--
-- Name: contributions contributions_unit_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.contributions
    ADD CONSTRAINT contributions_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES public.units(id);

--
-- Name: cycle_units cycle_units_cycle_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.cycle_units
    ADD CONSTRAINT cycle_units_cycle_id_fkey FOREIGN KEY (cycle_id) REFERENCES public.cycles(id);

--
-- Name: cycle_units cycle_units_unit_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.cycle_units
    ADD CONSTRAINT cycle_units_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES public.units(id);

--
-- Name: cycles cycles_owner_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.cycles
    ADD CONSTRAINT cycles_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES public.units(id);

--
-- Name: days_off days_off_entered_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.days_off
    ADD CONSTRAINT days_off_entered_by_fkey FOREIGN KEY (entered_by) REFERENCES public.users(id);

--
-- Name: deliveries deliveries_component_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.deliveries
    ADD CONSTRAINT deliveries_component_id_fkey FOREIGN KEY (component_id) REFERENCES public.components(id);

--
-- Name: deliveries deliveries_corrects_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.deliveries
    ADD CONSTRAINT deliveries_corrects_fkey FOREIGN KEY (corrects) REFERENCES public.deliveries(id);

--
-- Name: deliveries deliveries_cycle_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.deliveries
    ADD CONSTRAINT deliveries_cycle_id_fkey FOREIGN KEY (cycle_id) REFERENCES public.cycles(id);

--
-- Name: deliveries deliveries_recorded_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.deliveries
    ADD CONSTRAINT deliveries_recorded_by_fkey FOREIGN KEY (recorded_by) REFERENCES public.users(id);

--
-- Name: deliveries deliveries_unit_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.deliveries
    ADD CONSTRAINT deliveries_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES public.units(id);

--
-- Name: delivery_confirmations delivery_confirmations_component_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.delivery_confirmations
    ADD CONSTRAINT delivery_confirmations_component_id_fkey FOREIGN KEY (component_id) REFERENCES public.components(id);

--
-- Name: delivery_confirmations delivery_confirmations_recorded_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.delivery_confirmations
    ADD CONSTRAINT delivery_confirmations_recorded_by_fkey FOREIGN KEY (recorded_by) REFERENCES public.users(id);

--
-- Name: document_books document_books_unit_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.document_books
    ADD CONSTRAINT document_books_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES public.units(id);

--
-- Name: document_gaps document_gaps_saved_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.document_gaps
    ADD CONSTRAINT document_gaps_saved_by_fkey FOREIGN KEY (saved_by) REFERENCES public.users(id);

--
-- Name: document_gaps document_gaps_unit_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.document_gaps
    ADD CONSTRAINT document_gaps_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES public.units(id);

--
-- Name: document_templates document_templates_owner_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.document_templates
    ADD CONSTRAINT document_templates_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES public.units(id);

--
-- Name: document_templates document_templates_saved_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.document_templates
    ADD CONSTRAINT document_templates_saved_by_fkey FOREIGN KEY (saved_by) REFERENCES public.users(id);

--
-- Name: documents documents_cycle_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.documents
    ADD CONSTRAINT documents_cycle_id_fkey FOREIGN KEY (cycle_id) REFERENCES public.cycles(id);

--
-- Name: documents documents_drafter_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.documents
    ADD CONSTRAINT documents_drafter_id_fkey FOREIGN KEY (drafter_id) REFERENCES public.units(id);

--
-- Name: documents documents_saved_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.documents
    ADD CONSTRAINT documents_saved_by_fkey FOREIGN KEY (saved_by) REFERENCES public.users(id);

--
-- Name: documents documents_signer_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.documents
    ADD CONSTRAINT documents_signer_id_fkey FOREIGN KEY (signer_id) REFERENCES public.offices(id);

--
-- Name: documents documents_template_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.documents
    ADD CONSTRAINT documents_template_id_fkey FOREIGN KEY (template_id) REFERENCES public.document_templates(id);

--
-- Name: documents documents_unit_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.documents
    ADD CONSTRAINT documents_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES public.units(id);

--
-- Name: duties duties_carried_from_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.duties
    ADD CONSTRAINT duties_carried_from_fkey FOREIGN KEY (carried_from) REFERENCES public.duties(id);

--
-- Name: duties duties_cycle_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.duties
    ADD CONSTRAINT duties_cycle_id_fkey FOREIGN KEY (cycle_id) REFERENCES public.cycles(id);

--
-- Name: duties duties_last_actor_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.duties
    ADD CONSTRAINT duties_last_actor_fkey FOREIGN KEY (last_actor) REFERENCES public.users(id);

--
-- Name: duties duties_unit_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.duties
    ADD CONSTRAINT duties_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES public.units(id);

--
-- Name: escalations escalations_cycle_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.escalations
    ADD CONSTRAINT escalations_cycle_id_fkey FOREIGN KEY (cycle_id) REFERENCES public.cycles(id);

--
-- Name: escalations escalations_duty_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.escalations
    ADD CONSTRAINT escalations_duty_id_fkey FOREIGN KEY (duty_id) REFERENCES public.duties(id);

--
-- Name: export_settings export_settings_owner_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.export_settings
    ADD CONSTRAINT export_settings_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES public.units(id);

--
-- Name: export_settings export_settings_saved_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.export_settings
    ADD CONSTRAINT export_settings_saved_by_fkey FOREIGN KEY (saved_by) REFERENCES public.users(id);

--
-- Name: fund_entries fund_entries_corrects_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.fund_entries
    ADD CONSTRAINT fund_entries_corrects_fkey FOREIGN KEY (corrects) REFERENCES public.fund_entries(id);

--
-- Name: fund_entries fund_entries_delivery_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.fund_entries
    ADD CONSTRAINT fund_entries_delivery_id_fkey FOREIGN KEY (delivery_id) REFERENCES public.deliveries(id);

--
-- Name: fund_entries fund_entries_fund_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.fund_entries
    ADD CONSTRAINT fund_entries_fund_id_fkey FOREIGN KEY (fund_id) REFERENCES public.funds(id);

--
-- Name: fund_entries fund_entries_recorded_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.fund_entries
    ADD CONSTRAINT fund_entries_recorded_by_fkey FOREIGN KEY (recorded_by) REFERENCES public.users(id);

--
-- Name: funds funds_carried_from_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.funds
    ADD CONSTRAINT funds_carried_from_fkey FOREIGN KEY (carried_from) REFERENCES public.funds(id);

--
-- Name: funds funds_saved_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.funds
    ADD CONSTRAINT funds_saved_by_fkey FOREIGN KEY (saved_by) REFERENCES public.users(id);

--
-- Name: funds funds_unit_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.funds
    ADD CONSTRAINT funds_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES public.units(id);

--
-- Name: group_answers group_answers_answered_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.group_answers
    ADD CONSTRAINT group_answers_answered_by_fkey FOREIGN KEY (answered_by) REFERENCES public.users(id);

--
-- Name: group_answers group_answers_cycle_id_no_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.group_answers
    ADD CONSTRAINT group_answers_cycle_id_no_fkey FOREIGN KEY (cycle_id, no) REFERENCES public.assignments(cycle_id, no);

--
-- Name: group_answers group_answers_unit_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.group_answers
    ADD CONSTRAINT group_answers_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES public.units(id);

--
-- Name: hamlets hamlets_unit_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.hamlets
    ADD CONSTRAINT hamlets_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES public.units(id);

--
-- Name: helpers helpers_cycle_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.helpers
    ADD CONSTRAINT helpers_cycle_id_fkey FOREIGN KEY (cycle_id) REFERENCES public.cycles(id);

--
-- Name: helpers helpers_household_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.helpers
    ADD CONSTRAINT helpers_household_id_fkey FOREIGN KEY (household_id) REFERENCES public.households(id);

--
-- Name: helpers helpers_saved_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.helpers
    ADD CONSTRAINT helpers_saved_by_fkey FOREIGN KEY (saved_by) REFERENCES public.users(id);

--
-- Name: helpers helpers_unit_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.helpers
    ADD CONSTRAINT helpers_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES public.units(id);

--
-- Name: history history_actor_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.history
    ADD CONSTRAINT history_actor_id_fkey FOREIGN KEY (actor_id) REFERENCES public.users(id);

--
-- Name: history history_cycle_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.history
    ADD CONSTRAINT history_cycle_id_fkey FOREIGN KEY (cycle_id) REFERENCES public.cycles(id);

--
-- Name: history history_duty_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.history
    ADD CONSTRAINT history_duty_id_fkey FOREIGN KEY (duty_id) REFERENCES public.duties(id);

--
-- Name: holdings holdings_cycle_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.holdings
    ADD CONSTRAINT holdings_cycle_id_fkey FOREIGN KEY (cycle_id) REFERENCES public.cycles(id);

--
-- Name: holdings holdings_office_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.holdings
    ADD CONSTRAINT holdings_office_id_fkey FOREIGN KEY (office_id) REFERENCES public.offices(id);

--
-- Name: holdings holdings_set_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.holdings
    ADD CONSTRAINT holdings_set_by_fkey FOREIGN KEY (set_by) REFERENCES public.users(id);

--
-- Name: holdings holdings_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.holdings
    ADD CONSTRAINT holdings_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);

--
-- Name: household_settlements household_settlements_actor_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.household_settlements
    ADD CONSTRAINT household_settlements_actor_id_fkey FOREIGN KEY (actor_id) REFERENCES public.users(id);

--
-- Name: household_settlements household_settlements_cycle_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.household_settlements
    ADD CONSTRAINT household_settlements_cycle_id_fkey FOREIGN KEY (cycle_id) REFERENCES public.cycles(id);

--
-- Name: household_settlements household_settlements_other_unit_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.household_settlements
    ADD CONSTRAINT household_settlements_other_unit_id_fkey FOREIGN KEY (other_unit_id) REFERENCES public.units(id);

--
-- Name: household_settlements household_settlements_undone_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.household_settlements
    ADD CONSTRAINT household_settlements_undone_by_fkey FOREIGN KEY (undone_by) REFERENCES public.users(id);

--
-- Name: household_settlements household_settlements_unit_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.household_settlements
    ADD CONSTRAINT household_settlements_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES public.units(id);

--
-- Name: indicator_results indicator_results_cycle_id_code_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.indicator_results
    ADD CONSTRAINT indicator_results_cycle_id_code_fkey FOREIGN KEY (cycle_id, code) REFERENCES public.indicators(cycle_id, code) ON DELETE CASCADE;

--
-- Name: indicator_results indicator_results_saved_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.indicator_results
    ADD CONSTRAINT indicator_results_saved_by_fkey FOREIGN KEY (saved_by) REFERENCES public.users(id);

--
-- Name: indicators indicators_cycle_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.indicators
    ADD CONSTRAINT indicators_cycle_id_fkey FOREIGN KEY (cycle_id) REFERENCES public.cycles(id);

--
-- Name: indicators indicators_saved_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.indicators
    ADD CONSTRAINT indicators_saved_by_fkey FOREIGN KEY (saved_by) REFERENCES public.users(id);

--
-- Name: meeting_conclusions meeting_conclusions_meeting_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.meeting_conclusions
    ADD CONSTRAINT meeting_conclusions_meeting_id_fkey FOREIGN KEY (meeting_id) REFERENCES public.meetings(id) ON DELETE CASCADE;

--
-- Name: meeting_invitations meeting_invitations_meeting_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.meeting_invitations
    ADD CONSTRAINT meeting_invitations_meeting_id_fkey FOREIGN KEY (meeting_id) REFERENCES public.meetings(id) ON DELETE CASCADE;

--
-- Name: meeting_minutes meeting_minutes_meeting_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.meeting_minutes
    ADD CONSTRAINT meeting_minutes_meeting_id_fkey FOREIGN KEY (meeting_id) REFERENCES public.meetings(id) ON DELETE CASCADE;

--
-- Name: mentors mentors_cycle_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.mentors
    ADD CONSTRAINT mentors_cycle_id_fkey FOREIGN KEY (cycle_id) REFERENCES public.cycles(id);

--
-- Name: mentors mentors_household_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.mentors
    ADD CONSTRAINT mentors_household_id_fkey FOREIGN KEY (household_id) REFERENCES public.households(id);

--
-- Name: mentors mentors_saved_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.mentors
    ADD CONSTRAINT mentors_saved_by_fkey FOREIGN KEY (saved_by) REFERENCES public.users(id);

--
-- Name: mentors mentors_unit_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.mentors
    ADD CONSTRAINT mentors_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES public.units(id);

--
-- Name: mentors mentors_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.mentors
    ADD CONSTRAINT mentors_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);

--
-- Name: needs needs_owner_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.needs
    ADD CONSTRAINT needs_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES public.units(id);

--
-- Name: notices notices_cycle_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.notices
    ADD CONSTRAINT notices_cycle_id_fkey FOREIGN KEY (cycle_id) REFERENCES public.cycles(id);

--
-- Name: notices notices_document_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.notices
    ADD CONSTRAINT notices_document_id_fkey FOREIGN KEY (document_id) REFERENCES public.documents(id);

--
-- Name: notices notices_duty_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.notices
    ADD CONSTRAINT notices_duty_id_fkey FOREIGN KEY (duty_id) REFERENCES public.duties(id);

--
-- Name: notices notices_office_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.notices
    ADD CONSTRAINT notices_office_id_fkey FOREIGN KEY (office_id) REFERENCES public.offices(id);

--
-- Name: notices notices_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.notices
    ADD CONSTRAINT notices_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);

--
-- Name: objections objections_cycle_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.objections
    ADD CONSTRAINT objections_cycle_id_fkey FOREIGN KEY (cycle_id) REFERENCES public.cycles(id);

--
-- Name: objections objections_posting_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.objections
    ADD CONSTRAINT objections_posting_id_fkey FOREIGN KEY (posting_id) REFERENCES public.postings(id);

--
-- Name: objections objections_unit_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.objections
    ADD CONSTRAINT objections_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES public.units(id);

--
-- Name: offices offices_unit_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.offices
    ADD CONSTRAINT offices_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES public.units(id);

--
-- Name: periods periods_cycle_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.periods
    ADD CONSTRAINT periods_cycle_id_fkey FOREIGN KEY (cycle_id) REFERENCES public.cycles(id);

--
-- Name: pilot_households pilot_households_household_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.pilot_households
    ADD CONSTRAINT pilot_households_household_id_fkey FOREIGN KEY (household_id) REFERENCES public.households(id);

--
-- Name: pilot_households pilot_households_pilot_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.pilot_households
    ADD CONSTRAINT pilot_households_pilot_id_fkey FOREIGN KEY (pilot_id) REFERENCES public.pilots(id) ON DELETE CASCADE;

--
-- Name: pilots pilots_cycle_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.pilots
    ADD CONSTRAINT pilots_cycle_id_fkey FOREIGN KEY (cycle_id) REFERENCES public.cycles(id);

--
-- Name: pilots pilots_leader_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.pilots
    ADD CONSTRAINT pilots_leader_id_fkey FOREIGN KEY (leader_id) REFERENCES public.units(id);

--
-- Name: pilots pilots_saved_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.pilots
    ADD CONSTRAINT pilots_saved_by_fkey FOREIGN KEY (saved_by) REFERENCES public.users(id);

--
-- Name: pilots pilots_unit_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.pilots
    ADD CONSTRAINT pilots_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES public.units(id);

--
-- Name: plan_drafts plan_drafts_cycle_id_unit_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.plan_drafts
    ADD CONSTRAINT plan_drafts_cycle_id_unit_id_fkey FOREIGN KEY (cycle_id, unit_id) REFERENCES public.plans(cycle_id, unit_id);

--
-- Name: plan_households plan_households_cycle_id_unit_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.plan_households
    ADD CONSTRAINT plan_households_cycle_id_unit_id_fkey FOREIGN KEY (cycle_id, unit_id) REFERENCES public.plans(cycle_id, unit_id);

--
-- Name: plan_households plan_households_household_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.plan_households
    ADD CONSTRAINT plan_households_household_id_fkey FOREIGN KEY (household_id) REFERENCES public.households(id);

--
-- Name: plan_households plan_households_saved_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.plan_households
    ADD CONSTRAINT plan_households_saved_by_fkey FOREIGN KEY (saved_by) REFERENCES public.users(id);

--
-- Name: plan_measures plan_measures_cycle_id_unit_id_household_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.plan_measures
    ADD CONSTRAINT plan_measures_cycle_id_unit_id_household_id_fkey FOREIGN KEY (cycle_id, unit_id, household_id) REFERENCES public.plan_households(cycle_id, unit_id, household_id) ON DELETE CASCADE;

--
-- Name: plan_remarks plan_remarks_cycle_id_unit_id_round_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.plan_remarks
    ADD CONSTRAINT plan_remarks_cycle_id_unit_id_round_fkey FOREIGN KEY (cycle_id, unit_id, round) REFERENCES public.plan_rounds(cycle_id, unit_id, round);

--
-- Name: plan_remarks plan_remarks_made_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.plan_remarks
    ADD CONSTRAINT plan_remarks_made_by_fkey FOREIGN KEY (made_by) REFERENCES public.users(id);

--
-- Name: plan_round_households plan_round_households_cycle_id_unit_id_round_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.plan_round_households
    ADD CONSTRAINT plan_round_households_cycle_id_unit_id_round_fkey FOREIGN KEY (cycle_id, unit_id, round) REFERENCES public.plan_rounds(cycle_id, unit_id, round);

--
-- Name: plan_rounds plan_rounds_cycle_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.plan_rounds
    ADD CONSTRAINT plan_rounds_cycle_id_fkey FOREIGN KEY (cycle_id) REFERENCES public.cycles(id);

--
-- Name: plan_rounds plan_rounds_ended_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.plan_rounds
    ADD CONSTRAINT plan_rounds_ended_by_fkey FOREIGN KEY (ended_by) REFERENCES public.users(id);

--
-- Name: plan_rounds plan_rounds_sent_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.plan_rounds
    ADD CONSTRAINT plan_rounds_sent_by_fkey FOREIGN KEY (sent_by) REFERENCES public.users(id);

--
-- Name: plan_rounds plan_rounds_unit_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.plan_rounds
    ADD CONSTRAINT plan_rounds_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES public.units(id);

--
-- Name: plans plans_cycle_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.plans
    ADD CONSTRAINT plans_cycle_id_fkey FOREIGN KEY (cycle_id) REFERENCES public.cycles(id);

--
-- Name: plans plans_moved_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.plans
    ADD CONSTRAINT plans_moved_by_fkey FOREIGN KEY (moved_by) REFERENCES public.users(id);

--
-- Name: plans plans_sent_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.plans
    ADD CONSTRAINT plans_sent_by_fkey FOREIGN KEY (sent_by) REFERENCES public.users(id);

--
-- Name: plans plans_unit_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.plans
    ADD CONSTRAINT plans_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES public.units(id);

--
-- Name: posting_changes posting_changes_actor_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.posting_changes
    ADD CONSTRAINT posting_changes_actor_id_fkey FOREIGN KEY (actor_id) REFERENCES public.users(id);

--
-- Name: posting_changes posting_changes_posting_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.posting_changes
    ADD CONSTRAINT posting_changes_posting_id_fkey FOREIGN KEY (posting_id) REFERENCES public.postings(id);

--
-- Name: posting_rows posting_rows_posting_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.posting_rows
    ADD CONSTRAINT posting_rows_posting_id_fkey FOREIGN KEY (posting_id) REFERENCES public.postings(id);

--
-- Name: postings postings_cycle_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.postings
    ADD CONSTRAINT postings_cycle_id_fkey FOREIGN KEY (cycle_id) REFERENCES public.cycles(id);

--
-- Name: postings postings_unit_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.postings
    ADD CONSTRAINT postings_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES public.units(id);

--
-- Name: register_files register_files_cycle_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.register_files
    ADD CONSTRAINT register_files_cycle_id_fkey FOREIGN KEY (cycle_id) REFERENCES public.cycles(id);

--
-- Name: register_files register_files_unit_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.register_files
    ADD CONSTRAINT register_files_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES public.units(id);

--
-- Name: register_files register_files_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.register_files
    ADD CONSTRAINT register_files_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);

--
-- Name: register_freezes register_freezes_cycle_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.register_freezes
    ADD CONSTRAINT register_freezes_cycle_id_fkey FOREIGN KEY (cycle_id) REFERENCES public.cycles(id);

--
-- Name: register_freezes register_freezes_frozen_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.register_freezes
    ADD CONSTRAINT register_freezes_frozen_by_fkey FOREIGN KEY (frozen_by) REFERENCES public.users(id);

--
-- Name: register_freezes register_freezes_unit_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.register_freezes
    ADD CONSTRAINT register_freezes_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES public.units(id);

--
-- Name: registrations registrations_agency_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.registrations
    ADD CONSTRAINT registrations_agency_id_fkey FOREIGN KEY (agency_id) REFERENCES public.units(id);

--
-- Name: registrations registrations_cycle_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.registrations
    ADD CONSTRAINT registrations_cycle_id_fkey FOREIGN KEY (cycle_id) REFERENCES public.cycles(id);

--
-- Name: registrations registrations_saved_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.registrations
    ADD CONSTRAINT registrations_saved_by_fkey FOREIGN KEY (saved_by) REFERENCES public.users(id);

--
-- Name: registrations registrations_unit_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.registrations
    ADD CONSTRAINT registrations_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES public.units(id);

--
-- Name: report_forms report_forms_cycle_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.report_forms
    ADD CONSTRAINT report_forms_cycle_id_fkey FOREIGN KEY (cycle_id) REFERENCES public.cycles(id);

--
-- Name: report_forms report_forms_saved_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.report_forms
    ADD CONSTRAINT report_forms_saved_by_fkey FOREIGN KEY (saved_by) REFERENCES public.users(id);

--
-- Name: reports reports_duty_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.reports
    ADD CONSTRAINT reports_duty_id_fkey FOREIGN KEY (duty_id) REFERENCES public.duties(id);

--
-- Name: reports reports_saved_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.reports
    ADD CONSTRAINT reports_saved_by_fkey FOREIGN KEY (saved_by) REFERENCES public.users(id);

--
-- Name: review_inputs review_inputs_cycle_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.review_inputs
    ADD CONSTRAINT review_inputs_cycle_id_fkey FOREIGN KEY (cycle_id) REFERENCES public.cycles(id);

--
-- Name: review_inputs review_inputs_saved_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.review_inputs
    ADD CONSTRAINT review_inputs_saved_by_fkey FOREIGN KEY (saved_by) REFERENCES public.users(id);

--
-- Name: review_inputs review_inputs_unit_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.review_inputs
    ADD CONSTRAINT review_inputs_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES public.units(id);

--
-- Name: reviews reviews_cycle_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.reviews
    ADD CONSTRAINT reviews_cycle_id_fkey FOREIGN KEY (cycle_id) REFERENCES public.cycles(id);

--
-- Name: shortcomings shortcomings_carried_from_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.shortcomings
    ADD CONSTRAINT shortcomings_carried_from_fkey FOREIGN KEY (carried_from) REFERENCES public.shortcomings(id);

--
-- Name: shortcomings shortcomings_cycle_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.shortcomings
    ADD CONSTRAINT shortcomings_cycle_id_fkey FOREIGN KEY (cycle_id) REFERENCES public.cycles(id);

--
-- Name: shortcomings shortcomings_saved_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.shortcomings
    ADD CONSTRAINT shortcomings_saved_by_fkey FOREIGN KEY (saved_by) REFERENCES public.users(id);

--
-- Name: shortcomings shortcomings_unit_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.shortcomings
    ADD CONSTRAINT shortcomings_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES public.units(id);

--
-- Name: survey_cases survey_cases_cycle_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.survey_cases
    ADD CONSTRAINT survey_cases_cycle_id_fkey FOREIGN KEY (cycle_id) REFERENCES public.cycles(id);

--
-- Name: survey_cases survey_cases_household_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.survey_cases
    ADD CONSTRAINT survey_cases_household_id_fkey FOREIGN KEY (household_id) REFERENCES public.households(id);

--
-- Name: survey_cases survey_cases_recorded_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.survey_cases
    ADD CONSTRAINT survey_cases_recorded_by_fkey FOREIGN KEY (recorded_by) REFERENCES public.users(id);

--
-- Name: survey_cases survey_cases_unit_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.survey_cases
    ADD CONSTRAINT survey_cases_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES public.units(id);

--
-- Name: survey_households survey_households_changed_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.survey_households
    ADD CONSTRAINT survey_households_changed_by_fkey FOREIGN KEY (changed_by) REFERENCES public.users(id);

--
-- Name: survey_households survey_households_cycle_id_unit_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.survey_households
    ADD CONSTRAINT survey_households_cycle_id_unit_id_fkey FOREIGN KEY (cycle_id, unit_id) REFERENCES public.surveys(cycle_id, unit_id);

--
-- Name: survey_households survey_households_household_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.survey_households
    ADD CONSTRAINT survey_households_household_id_fkey FOREIGN KEY (household_id) REFERENCES public.households(id);

--
-- Name: survey_meetings survey_meetings_cycle_id_unit_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.survey_meetings
    ADD CONSTRAINT survey_meetings_cycle_id_unit_id_fkey FOREIGN KEY (cycle_id, unit_id) REFERENCES public.surveys(cycle_id, unit_id);

--
-- Name: survey_meetings survey_meetings_recorded_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.survey_meetings
    ADD CONSTRAINT survey_meetings_recorded_by_fkey FOREIGN KEY (recorded_by) REFERENCES public.users(id);

--
-- Name: survey_results survey_results_cycle_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.survey_results
    ADD CONSTRAINT survey_results_cycle_id_fkey FOREIGN KEY (cycle_id) REFERENCES public.cycles(id);

--
-- Name: survey_results survey_results_unit_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.survey_results
    ADD CONSTRAINT survey_results_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES public.units(id);

--
-- Name: surveys surveys_cycle_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.surveys
    ADD CONSTRAINT surveys_cycle_id_fkey FOREIGN KEY (cycle_id) REFERENCES public.cycles(id);

--
-- Name: surveys surveys_unit_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.surveys
    ADD CONSTRAINT surveys_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES public.units(id);

--
-- Name: target_share_parts target_share_parts_cycle_id_unit_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.target_share_parts
    ADD CONSTRAINT target_share_parts_cycle_id_unit_id_fkey FOREIGN KEY (cycle_id, unit_id) REFERENCES public.target_shares(cycle_id, unit_id) ON DELETE CASCADE;

--
-- Name: target_shares target_shares_cycle_id_unit_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.target_shares
    ADD CONSTRAINT target_shares_cycle_id_unit_id_fkey FOREIGN KEY (cycle_id, unit_id) REFERENCES public.targets(cycle_id, unit_id);

--
-- Name: target_shares target_shares_saved_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.target_shares
    ADD CONSTRAINT target_shares_saved_by_fkey FOREIGN KEY (saved_by) REFERENCES public.users(id);

--
-- Name: target_totals target_totals_cycle_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.target_totals
    ADD CONSTRAINT target_totals_cycle_id_fkey FOREIGN KEY (cycle_id) REFERENCES public.cycles(id);

--
-- Name: target_totals target_totals_saved_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.target_totals
    ADD CONSTRAINT target_totals_saved_by_fkey FOREIGN KEY (saved_by) REFERENCES public.users(id);

--
-- Name: targets targets_cycle_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.targets
    ADD CONSTRAINT targets_cycle_id_fkey FOREIGN KEY (cycle_id) REFERENCES public.cycles(id);

--
-- Name: targets targets_saved_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.targets
    ADD CONSTRAINT targets_saved_by_fkey FOREIGN KEY (saved_by) REFERENCES public.users(id);

--
-- Name: targets targets_unit_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.targets
    ADD CONSTRAINT targets_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES public.units(id);

--
-- Name: unit_aliases unit_aliases_unit_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.unit_aliases
    ADD CONSTRAINT unit_aliases_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES public.units(id);

--
-- Name: unit_successions unit_successions_predecessor_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.unit_successions
    ADD CONSTRAINT unit_successions_predecessor_id_fkey FOREIGN KEY (predecessor_id) REFERENCES public.units(id);

--
-- Name: unit_successions unit_successions_successor_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.unit_successions
    ADD CONSTRAINT unit_successions_successor_id_fkey FOREIGN KEY (successor_id) REFERENCES public.units(id);

--
-- Name: unit_versions unit_versions_parent_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.unit_versions
    ADD CONSTRAINT unit_versions_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES public.units(id);

--
-- Name: unit_versions unit_versions_unit_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.unit_versions
    ADD CONSTRAINT unit_versions_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES public.units(id);

--
-- Name: visits visits_corrects_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.visits
    ADD CONSTRAINT visits_corrects_fkey FOREIGN KEY (corrects) REFERENCES public.visits(id);

--
-- Name: visits visits_mentor_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.visits
    ADD CONSTRAINT visits_mentor_id_fkey FOREIGN KEY (mentor_id) REFERENCES public.mentors(id);

--
-- Name: visits visits_saved_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.visits
    ADD CONSTRAINT visits_saved_by_fkey FOREIGN KEY (saved_by) REFERENCES public.users(id);

--
-- Name: watch_alerts watch_alerts_cycle_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.watch_alerts
    ADD CONSTRAINT watch_alerts_cycle_id_fkey FOREIGN KEY (cycle_id) REFERENCES public.cycles(id);

--
-- Name: watch_alerts watch_alerts_helper_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.watch_alerts
    ADD CONSTRAINT watch_alerts_helper_id_fkey FOREIGN KEY (helper_id) REFERENCES public.units(id);

--
-- Name: watch_alerts watch_alerts_saved_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.watch_alerts
    ADD CONSTRAINT watch_alerts_saved_by_fkey FOREIGN KEY (saved_by) REFERENCES public.users(id);

--
-- Name: watch_alerts watch_alerts_watch_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.watch_alerts
    ADD CONSTRAINT watch_alerts_watch_id_fkey FOREIGN KEY (watch_id) REFERENCES public.watches(id);

--
-- Name: watch_events watch_events_cycle_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.watch_events
    ADD CONSTRAINT watch_events_cycle_id_fkey FOREIGN KEY (cycle_id) REFERENCES public.cycles(id);

--
-- Name: watch_events watch_events_saved_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.watch_events
    ADD CONSTRAINT watch_events_saved_by_fkey FOREIGN KEY (saved_by) REFERENCES public.users(id);

--
-- Name: watch_events watch_events_watch_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.watch_events
    ADD CONSTRAINT watch_events_watch_id_fkey FOREIGN KEY (watch_id) REFERENCES public.watches(id);

--
-- Name: watch_visits watch_visits_cycle_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.watch_visits
    ADD CONSTRAINT watch_visits_cycle_id_fkey FOREIGN KEY (cycle_id) REFERENCES public.cycles(id);

--
-- Name: watch_visits watch_visits_saved_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.watch_visits
    ADD CONSTRAINT watch_visits_saved_by_fkey FOREIGN KEY (saved_by) REFERENCES public.users(id);

--
-- Name: watch_visits watch_visits_watch_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.watch_visits
    ADD CONSTRAINT watch_visits_watch_id_fkey FOREIGN KEY (watch_id) REFERENCES public.watches(id);

--
-- Name: watches watches_fell_cycle_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.watches
    ADD CONSTRAINT watches_fell_cycle_fkey FOREIGN KEY (fell_cycle) REFERENCES public.cycles(id);

--
-- Name: watches watches_household_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.watches
    ADD CONSTRAINT watches_household_id_fkey FOREIGN KEY (household_id) REFERENCES public.households(id);

--
-- Name: watches watches_owner_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.watches
    ADD CONSTRAINT watches_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES public.units(id);

--
-- Name: watches watches_saved_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.watches
    ADD CONSTRAINT watches_saved_by_fkey FOREIGN KEY (saved_by) REFERENCES public.users(id);

--
-- Name: watches watches_unit_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.watches
    ADD CONSTRAINT watches_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES public.units(id);

--
-- Name: year_figures year_figures_owner_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.year_figures
    ADD CONSTRAINT year_figures_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES public.units(id);

--
-- Name: year_figures year_figures_saved_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.year_figures
    ADD CONSTRAINT year_figures_saved_by_fkey FOREIGN KEY (saved_by) REFERENCES public.users(id);

--
-- Name: year_figures year_figures_unit_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.year_figures
    ADD CONSTRAINT year_figures_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES public.units(id);

--
-- Name: accounts; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.accounts ENABLE ROW LEVEL SECURITY;

--
-- Name: audits administrators; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY administrators ON public.audits FOR SELECT USING (( SELECT public.app_admin() AS app_admin));

--
-- Name: api_keys; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.api_keys ENABLE ROW LEVEL SECURITY;

--
-- Name: assignments; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.assignments ENABLE ROW LEVEL SECURITY;

--
-- Name: attachments; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.attachments ENABLE ROW LEVEL SECURITY;

--
-- Name: audits; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.audits ENABLE ROW LEVEL SECURITY;

--
-- Name: calls; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.calls ENABLE ROW LEVEL SECURITY;

--
-- Name: committee_areas; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.committee_areas ENABLE ROW LEVEL SECURITY;

--
-- Name: committee_members; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.committee_members ENABLE ROW LEVEL SECURITY;

--
-- Name: committees; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.committees ENABLE ROW LEVEL SECURITY;

--
-- Name: attachments component; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY component ON public.attachments FOR SELECT USING (((subject = 'component'::text) AND (EXISTS ( SELECT
   FROM public.components c
  WHERE (c.id = attachments.subject_id)))));

--
-- Name: component_households; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.component_households ENABLE ROW LEVEL SECURITY;

--
-- Name: component_kinds; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.component_kinds ENABLE ROW LEVEL SECURITY;

--
-- Name: components; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.components ENABLE ROW LEVEL SECURITY;

--
-- Name: consolidations; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.consolidations ENABLE ROW LEVEL SECURITY;

--
-- Name: contributions; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.contributions ENABLE ROW LEVEL SECURITY;

--
-- Name: cycle_units; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.cycle_units ENABLE ROW LEVEL SECURITY;

--
-- Name: cycles; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.cycles ENABLE ROW LEVEL SECURITY;

--
-- Name: days_off; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.days_off ENABLE ROW LEVEL SECURITY;

--
-- Name: decisions; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.decisions ENABLE ROW LEVEL SECURITY;

--
-- Name: deliveries; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.deliveries ENABLE ROW LEVEL SECURITY;

--
-- Name: attachments delivery; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY delivery ON public.attachments FOR SELECT USING (((subject = 'delivery'::text) AND (EXISTS ( SELECT
   FROM public.deliveries d
  WHERE (d.batch = attachments.subject_id)))));

--
-- Name: delivery_confirmations; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.delivery_confirmations ENABLE ROW LEVEL SECURITY;

--
-- Name: component_kinds directory; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY directory ON public.component_kinds FOR SELECT USING (( SELECT public.app_actor() AS app_actor));

--
-- Name: days_off directory; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY directory ON public.days_off FOR SELECT USING (( SELECT public.app_actor() AS app_actor));

--
-- Name: hamlets directory; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY directory ON public.hamlets FOR SELECT USING (( SELECT public.app_actor() AS app_actor));

--
-- Name: holdings directory; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY directory ON public.holdings FOR SELECT USING (( SELECT public.app_actor() AS app_actor));

--
-- Name: needs directory; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY directory ON public.needs FOR SELECT USING (( SELECT public.app_actor() AS app_actor));

--
-- Name: offices directory; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY directory ON public.offices FOR SELECT USING (( SELECT public.app_actor() AS app_actor));

--
-- Name: unit_aliases directory; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY directory ON public.unit_aliases FOR SELECT USING (( SELECT public.app_actor() AS app_actor));

--
-- Name: unit_successions directory; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY directory ON public.unit_successions FOR SELECT USING (( SELECT public.app_actor() AS app_actor));

--
-- Name: unit_versions directory; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY directory ON public.unit_versions FOR SELECT USING (( SELECT public.app_actor() AS app_actor));

--
-- Name: units directory; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY directory ON public.units FOR SELECT USING (( SELECT public.app_actor() AS app_actor));

--
-- Name: users directory; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY directory ON public.users FOR SELECT USING (( SELECT public.app_actor() AS app_actor));

--
-- Name: attachments document; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY document ON public.attachments FOR SELECT USING (((subject = 'document'::text) AND (EXISTS ( SELECT
   FROM public.documents d
  WHERE (d.id = attachments.subject_id)))));

--
-- Name: document_books; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.document_books ENABLE ROW LEVEL SECURITY;

--
-- Name: document_gaps; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.document_gaps ENABLE ROW LEVEL SECURITY;

--
-- Name: document_templates; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.document_templates ENABLE ROW LEVEL SECURITY;

--
-- Name: documents; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.documents ENABLE ROW LEVEL SECURITY;

--
-- Name: duties; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.duties ENABLE ROW LEVEL SECURITY;

--
-- Name: attachments duty; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY duty ON public.attachments FOR SELECT USING (((subject = 'duty'::text) AND (EXISTS ( SELECT
   FROM public.duties d
  WHERE (d.id = attachments.subject_id)))));

--
-- Name: escalations; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.escalations ENABLE ROW LEVEL SECURITY;

--
-- Name: export_settings; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.export_settings ENABLE ROW LEVEL SECURITY;

--
-- Name: fund_entries; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.fund_entries ENABLE ROW LEVEL SECURITY;

--
-- Name: funds; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.funds ENABLE ROW LEVEL SECURITY;

--
-- Name: group_answers; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.group_answers ENABLE ROW LEVEL SECURITY;

--
-- Name: hamlets; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.hamlets ENABLE ROW LEVEL SECURITY;

--
-- Name: helpers; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.helpers ENABLE ROW LEVEL SECURITY;

--
-- Name: history; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.history ENABLE ROW LEVEL SECURITY;

--
-- Name: holdings; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.holdings ENABLE ROW LEVEL SECURITY;

--
-- Name: household_settlements; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.household_settlements ENABLE ROW LEVEL SECURITY;

--
-- Name: households; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.households ENABLE ROW LEVEL SECURITY;

--
-- Name: indicator_results; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.indicator_results ENABLE ROW LEVEL SECURITY;

--
-- Name: indicators; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.indicators ENABLE ROW LEVEL SECURITY;

--
-- Name: meeting_conclusions; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.meeting_conclusions ENABLE ROW LEVEL SECURITY;

--
-- Name: meeting_invitations; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.meeting_invitations ENABLE ROW LEVEL SECURITY;

--
-- Name: meeting_minutes; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.meeting_minutes ENABLE ROW LEVEL SECURITY;

--
-- Name: meetings; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.meetings ENABLE ROW LEVEL SECURITY;

--
-- Name: mentors; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.mentors ENABLE ROW LEVEL SECURITY;

--
-- Name: needs; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.needs ENABLE ROW LEVEL SECURITY;

--
-- Name: notices; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.notices ENABLE ROW LEVEL SECURITY;

--
-- Name: objections; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.objections ENABLE ROW LEVEL SECURITY;

--
-- Name: obstacles; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.obstacles ENABLE ROW LEVEL SECURITY;

--
-- Name: offices; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.offices ENABLE ROW LEVEL SECURITY;

--
-- Name: accounts own; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY own ON public.accounts FOR SELECT USING ((user_id = ( SELECT public.app_user() AS app_user)));

--
-- Name: register_files own; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY own ON public.register_files USING ((user_id = ( SELECT public.app_user() AS app_user)));

--
-- Name: assignments part; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY part ON public.assignments FOR SELECT USING (((cycle_id = ANY (( SELECT public.app_member() AS app_member)::text[])) AND ((state = 'issued'::text) OR (EXISTS ( SELECT
   FROM public.cycles c
  WHERE ((c.id = assignments.cycle_id) AND ((c.owner_id = ANY (( SELECT public.app_units() AS app_units)::text[])) OR ((c.rules #>> '{bindings,standing}'::text[]) = ANY (( SELECT public.app_units() AS app_units)::text[])))))))));

--
-- Name: calls part; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY part ON public.calls FOR SELECT USING (((cycle_id = ANY (( SELECT public.app_cycles() AS app_cycles)::text[])) OR (EXISTS ( SELECT
   FROM public.duties d
  WHERE ((d.id = calls.duty_id) AND (d.unit_id = ANY (( SELECT public.app_units() AS app_units)::text[])))))));

--
-- Name: committee_areas part; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY part ON public.committee_areas FOR SELECT USING ((cycle_id = ANY (( SELECT public.app_member() AS app_member)::text[])));

--
-- Name: committee_members part; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY part ON public.committee_members FOR SELECT USING ((cycle_id = ANY (( SELECT public.app_member() AS app_member)::text[])));

--
-- Name: committees part; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY part ON public.committees FOR SELECT USING ((cycle_id = ANY (( SELECT public.app_member() AS app_member)::text[])));

--
-- Name: component_households part; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY part ON public.component_households FOR SELECT USING ((EXISTS ( SELECT
   FROM public.components c
  WHERE (c.id = component_households.component_id))));

--
-- Name: components part; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY part ON public.components FOR SELECT USING (((cycle_id = ANY (( SELECT public.app_cycles() AS app_cycles)::text[])) OR (unit_id = ANY (( SELECT public.app_units() AS app_units)::text[])) OR (commune_id = ANY (( SELECT public.app_units() AS app_units)::text[])) OR (audience && ( SELECT public.app_units() AS app_units))));

--
-- Name: consolidations part; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY part ON public.consolidations FOR SELECT USING (((cycle_id = ANY (( SELECT public.app_cycles() AS app_cycles)::text[])) AND ((sent_at IS NOT NULL) OR (EXISTS ( SELECT
   FROM public.cycles c
  WHERE ((c.id = consolidations.cycle_id) AND (((c.rules -> 'bindings'::text) ->> 'standing'::text) = ANY (( SELECT public.app_units() AS app_units)::text[]))))))));

--
-- Name: contributions part; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY part ON public.contributions FOR SELECT USING (((unit_id = ANY (( SELECT public.app_units() AS app_units)::text[])) OR (EXISTS ( SELECT
   FROM public.duties d
  WHERE ((d.id = contributions.duty_id) AND ((d.unit_id = ANY (( SELECT public.app_units() AS app_units)::text[])) OR (d.cycle_id = ANY (( SELECT public.app_cycles() AS app_cycles)::text[]))))))));

--
-- Name: cycle_units part; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY part ON public.cycle_units FOR SELECT USING (((cycle_id = ANY (( SELECT public.app_member() AS app_member)::text[])) OR ( SELECT public.app_admin() AS app_admin)));

--
-- Name: cycles part; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY part ON public.cycles FOR SELECT USING (((id = ANY (( SELECT public.app_member() AS app_member)::text[])) OR ( SELECT public.app_admin() AS app_admin)));

--
-- Name: deliveries part; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY part ON public.deliveries FOR SELECT USING ((EXISTS ( SELECT
   FROM public.components c
  WHERE (c.id = deliveries.component_id))));

--
-- Name: delivery_confirmations part; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY part ON public.delivery_confirmations FOR SELECT USING ((EXISTS ( SELECT
   FROM public.components c
  WHERE (c.id = delivery_confirmations.component_id))));

--
-- Name: document_gaps part; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY part ON public.document_gaps FOR SELECT USING ((unit_id = ANY (( SELECT public.app_units() AS app_units)::text[])));

--
-- Name: document_templates part; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY part ON public.document_templates FOR SELECT USING ((EXISTS ( SELECT
   FROM public.cycles c
  WHERE (c.owner_id = document_templates.owner_id))));

--
-- Name: documents part; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY part ON public.documents FOR SELECT USING (((unit_id = ANY (( SELECT public.app_units() AS app_units)::text[])) OR (drafter_id = ANY (( SELECT public.app_units() AS app_units)::text[])) OR ((cycle_id = ANY (( SELECT public.app_drafts() AS app_drafts)::text[])) AND (unit_id = ( SELECT c.owner_id
   FROM public.cycles c
  WHERE (c.id = documents.cycle_id)))) OR ((state <> 'draft'::text) AND ((cycle_id = ANY (( SELECT public.app_cycles() AS app_cycles)::text[])) OR (audience && ( SELECT public.app_units() AS app_units))))));

--
-- Name: duties part; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY part ON public.duties FOR SELECT USING (((cycle_id = ANY (( SELECT public.app_cycles() AS app_cycles)::text[])) OR (unit_id = ANY (( SELECT public.app_units() AS app_units)::text[])) OR (audience && ( SELECT public.app_units() AS app_units))));

--
-- Name: escalations part; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY part ON public.escalations FOR SELECT USING (((cycle_id = ANY (( SELECT public.app_cycles() AS app_cycles)::text[])) OR (EXISTS ( SELECT
   FROM public.duties d
  WHERE (d.id = escalations.duty_id)))));

--
-- Name: export_settings part; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY part ON public.export_settings FOR SELECT USING ((EXISTS ( SELECT
   FROM public.cycles c
  WHERE ((c.owner_id = export_settings.owner_id) AND (c.id = ANY (( SELECT public.app_cycles() AS app_cycles)::text[]))))));

--
-- Name: fund_entries part; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY part ON public.fund_entries FOR SELECT USING ((EXISTS ( SELECT
   FROM public.funds f
  WHERE (f.id = fund_entries.fund_id))));

--
-- Name: funds part; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY part ON public.funds FOR SELECT USING (((cycle_id = ANY (( SELECT public.app_cycles() AS app_cycles)::text[])) OR (unit_id = ANY (( SELECT public.app_units() AS app_units)::text[])) OR (audience && ( SELECT public.app_units() AS app_units))));

--
-- Name: group_answers part; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY part ON public.group_answers FOR SELECT USING ((cycle_id = ANY (( SELECT public.app_member() AS app_member)::text[])));

--
-- Name: helpers part; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY part ON public.helpers FOR SELECT USING (((cycle_id = ANY (( SELECT public.app_cycles() AS app_cycles)::text[])) OR (unit_id = ANY (( SELECT public.app_units() AS app_units)::text[])) OR (audience && ( SELECT public.app_units() AS app_units))));

--
-- Name: history part; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY part ON public.history FOR SELECT USING (((cycle_id = ANY (( SELECT public.app_cycles() AS app_cycles)::text[])) OR (unit_id = ANY (( SELECT public.app_units() AS app_units)::text[])) OR (EXISTS ( SELECT
   FROM public.duties d
  WHERE (d.id = history.duty_id))) OR ((duty_id IS NULL) AND (unit_id = ''::text) AND (cycle_id = ANY (( SELECT public.app_member() AS app_member)::text[])))));

--
-- Name: household_settlements part; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY part ON public.household_settlements FOR SELECT USING (((cycle_id = ANY (( SELECT public.app_cycles() AS app_cycles)::text[])) OR (unit_id = ANY (( SELECT public.app_units() AS app_units)::text[])) OR (other_unit_id = ANY (( SELECT public.app_units() AS app_units)::text[]))));

--
-- Name: households part; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY part ON public.households FOR SELECT USING (((cycle_id = ANY (( SELECT public.app_cycles() AS app_cycles)::text[])) OR (unit_id = ANY (( SELECT public.app_units() AS app_units)::text[]))));

--
-- Name: indicator_results part; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY part ON public.indicator_results FOR SELECT USING (((cycle_id = ANY (( SELECT public.app_member() AS app_member)::text[])) OR (cycle_id = ANY (( SELECT public.app_cycles() AS app_cycles)::text[]))));

--
-- Name: indicators part; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY part ON public.indicators FOR SELECT USING ((cycle_id = ANY (( SELECT public.app_member() AS app_member)::text[])));

--
-- Name: meeting_conclusions part; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY part ON public.meeting_conclusions FOR SELECT USING ((EXISTS ( SELECT
   FROM public.meeting_minutes m
  WHERE (m.meeting_id = meeting_conclusions.meeting_id))));

--
-- Name: meeting_invitations part; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY part ON public.meeting_invitations FOR SELECT USING ((EXISTS ( SELECT
   FROM public.meetings m
  WHERE (m.id = meeting_invitations.meeting_id))));

--
-- Name: meeting_minutes part; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY part ON public.meeting_minutes FOR SELECT USING ((audience && ( SELECT public.app_units() AS app_units)));

--
-- Name: meetings part; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY part ON public.meetings FOR SELECT USING ((cycle_id = ANY (( SELECT public.app_member() AS app_member)::text[])));

--
-- Name: mentors part; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY part ON public.mentors FOR SELECT USING (((cycle_id = ANY (( SELECT public.app_cycles() AS app_cycles)::text[])) OR (unit_id = ANY (( SELECT public.app_units() AS app_units)::text[])) OR (audience && ( SELECT public.app_units() AS app_units)) OR (user_id = ( SELECT public.app_user() AS app_user)) OR (EXISTS ( SELECT
   FROM public.helpers h
  WHERE ((h.household_id = mentors.household_id) AND (h.cycle_id = mentors.cycle_id))))));

--
-- Name: notices part; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY part ON public.notices FOR SELECT USING (((cycle_id = ANY (( SELECT public.app_cycles() AS app_cycles)::text[])) OR (user_id = ( SELECT public.app_user() AS app_user)) OR (office_id = ANY (( SELECT public.app_offices() AS app_offices)::text[])) OR (unit_id = ANY (( SELECT public.app_units() AS app_units)::text[]))));

--
-- Name: objections part; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY part ON public.objections FOR SELECT USING (((cycle_id = ANY (( SELECT public.app_cycles() AS app_cycles)::text[])) OR (unit_id = ANY (( SELECT public.app_units() AS app_units)::text[]))));

--
-- Name: obstacles part; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY part ON public.obstacles FOR SELECT USING ((audience && ( SELECT public.app_units() AS app_units)));

--
-- Name: periods part; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY part ON public.periods FOR SELECT USING ((cycle_id = ANY (( SELECT public.app_member() AS app_member)::text[])));

--
-- Name: pilot_households part; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY part ON public.pilot_households FOR SELECT USING ((EXISTS ( SELECT
   FROM public.pilots p
  WHERE ((p.id = pilot_households.pilot_id) AND ((p.cycle_id = ANY (( SELECT public.app_cycles() AS app_cycles)::text[])) OR (p.unit_id = ANY (( SELECT public.app_units() AS app_units)::text[])) OR (p.leader_id = ANY (( SELECT public.app_units() AS app_units)::text[])))))));

--
-- Name: pilots part; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY part ON public.pilots FOR SELECT USING (((cycle_id = ANY (( SELECT public.app_cycles() AS app_cycles)::text[])) OR (unit_id = ANY (( SELECT public.app_units() AS app_units)::text[])) OR (leader_id = ANY (( SELECT public.app_units() AS app_units)::text[])) OR (widened_to && ( SELECT public.app_units() AS app_units))));

--
-- Name: plan_drafts part; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY part ON public.plan_drafts FOR SELECT USING (((cycle_id = ANY (( SELECT public.app_drafts() AS app_drafts)::text[])) OR (unit_id = ANY (( SELECT public.app_units() AS app_units)::text[])) OR (EXISTS ( SELECT
   FROM public.plans p
  WHERE ((p.cycle_id = plan_drafts.cycle_id) AND (p.unit_id = plan_drafts.unit_id) AND (p.state = ANY (ARRAY['sent'::text, 'appraised'::text, 'approved'::text])))))));

--
-- Name: plan_households part; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY part ON public.plan_households FOR SELECT USING (((cycle_id = ANY (( SELECT public.app_drafts() AS app_drafts)::text[])) OR (unit_id = ANY (( SELECT public.app_units() AS app_units)::text[]))));

--
-- Name: plan_measures part; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY part ON public.plan_measures FOR SELECT USING (((cycle_id = ANY (( SELECT public.app_drafts() AS app_drafts)::text[])) OR (unit_id = ANY (( SELECT public.app_units() AS app_units)::text[]))));

--
-- Name: plan_remarks part; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY part ON public.plan_remarks FOR SELECT USING (((cycle_id = ANY (( SELECT public.app_drafts() AS app_drafts)::text[])) OR (unit_id = ANY (( SELECT public.app_units() AS app_units)::text[]))));

--
-- Name: plan_round_households part; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY part ON public.plan_round_households FOR SELECT USING ((EXISTS ( SELECT
   FROM public.plan_rounds r
  WHERE ((r.cycle_id = plan_round_households.cycle_id) AND (r.unit_id = plan_round_households.unit_id) AND (r.round = plan_round_households.round)))));

--
-- Name: plan_rounds part; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY part ON public.plan_rounds FOR SELECT USING (((cycle_id = ANY (( SELECT public.app_cycles() AS app_cycles)::text[])) OR (unit_id = ANY (( SELECT public.app_units() AS app_units)::text[])) OR (EXISTS ( SELECT
   FROM public.plans p
  WHERE ((p.cycle_id = plan_rounds.cycle_id) AND (p.unit_id = plan_rounds.unit_id) AND ((plan_rounds.round = p.sent_round) OR (plan_rounds.round = p.approved_round)))))));

--
-- Name: plans part; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY part ON public.plans FOR SELECT USING (((cycle_id = ANY (( SELECT public.app_cycles() AS app_cycles)::text[])) OR (unit_id = ANY (( SELECT public.app_units() AS app_units)::text[])) OR ((audience && ( SELECT public.app_units() AS app_units)) AND (sent_at IS NOT NULL))));

--
-- Name: posting_changes part; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY part ON public.posting_changes FOR SELECT USING ((EXISTS ( SELECT
   FROM public.postings p
  WHERE (p.id = posting_changes.posting_id))));

--
-- Name: posting_rows part; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY part ON public.posting_rows FOR SELECT USING ((EXISTS ( SELECT
   FROM public.postings p
  WHERE (p.id = posting_rows.posting_id))));

--
-- Name: postings part; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY part ON public.postings FOR SELECT USING (((cycle_id = ANY (( SELECT public.app_cycles() AS app_cycles)::text[])) OR (unit_id = ANY (( SELECT public.app_units() AS app_units)::text[])) OR (audience && ( SELECT public.app_units() AS app_units))));

--
-- Name: register_freezes part; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY part ON public.register_freezes FOR SELECT USING (((cycle_id = ANY (( SELECT public.app_cycles() AS app_cycles)::text[])) OR (unit_id = ANY (( SELECT public.app_units() AS app_units)::text[]))));

--
-- Name: registrations part; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY part ON public.registrations FOR SELECT USING (((cycle_id = ANY (( SELECT public.app_cycles() AS app_cycles)::text[])) OR (unit_id = ANY (( SELECT public.app_units() AS app_units)::text[])) OR (agency_id = ANY (( SELECT public.app_units() AS app_units)::text[])) OR ((cycle_id = ANY (( SELECT public.app_member() AS app_member)::text[])) AND (state = ANY (ARRAY['offered'::text, 'confirmed'::text])))));

--
-- Name: report_forms part; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY part ON public.report_forms FOR SELECT USING ((cycle_id = ANY (( SELECT public.app_member() AS app_member)::text[])));

--
-- Name: reports part; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY part ON public.reports FOR SELECT USING ((EXISTS ( SELECT
   FROM public.duties d
  WHERE ((d.id = reports.duty_id) AND ((reports.submitted_at IS NOT NULL) OR (d.unit_id = ANY (( SELECT public.app_units() AS app_units)::text[])))))));

--
-- Name: review_inputs part; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY part ON public.review_inputs FOR SELECT USING (((cycle_id = ANY (( SELECT public.app_cycles() AS app_cycles)::text[])) OR (unit_id = ANY (( SELECT public.app_units() AS app_units)::text[]))));

--
-- Name: reviews part; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY part ON public.reviews FOR SELECT USING ((cycle_id = ANY (( SELECT public.app_member() AS app_member)::text[])));

--
-- Name: shortcomings part; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY part ON public.shortcomings FOR SELECT USING (((cycle_id = ANY (( SELECT public.app_cycles() AS app_cycles)::text[])) OR (unit_id = ANY (( SELECT public.app_units() AS app_units)::text[]))));

--
-- Name: survey_cases part; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY part ON public.survey_cases FOR SELECT USING (((cycle_id = ANY (( SELECT public.app_cycles() AS app_cycles)::text[])) OR (unit_id = ANY (( SELECT public.app_units() AS app_units)::text[]))));

--
-- Name: survey_households part; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY part ON public.survey_households FOR SELECT USING (((cycle_id = ANY (( SELECT public.app_cycles() AS app_cycles)::text[])) OR (unit_id = ANY (( SELECT public.app_units() AS app_units)::text[]))));

--
-- Name: survey_meetings part; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY part ON public.survey_meetings FOR SELECT USING (((cycle_id = ANY (( SELECT public.app_cycles() AS app_cycles)::text[])) OR (unit_id = ANY (( SELECT public.app_units() AS app_units)::text[]))));

--
-- Name: survey_results part; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY part ON public.survey_results FOR SELECT USING (((cycle_id = ANY (( SELECT public.app_cycles() AS app_cycles)::text[])) OR (unit_id = ANY (( SELECT public.app_units() AS app_units)::text[]))));

--
-- Name: surveys part; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY part ON public.surveys FOR SELECT USING (((cycle_id = ANY (( SELECT public.app_cycles() AS app_cycles)::text[])) OR (unit_id = ANY (( SELECT public.app_units() AS app_units)::text[]))));

--
-- Name: target_share_parts part; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY part ON public.target_share_parts FOR SELECT USING ((cycle_id = ANY (( SELECT public.app_member() AS app_member)::text[])));

--
-- Name: target_shares part; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY part ON public.target_shares FOR SELECT USING ((cycle_id = ANY (( SELECT public.app_member() AS app_member)::text[])));

--
-- Name: target_totals part; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY part ON public.target_totals FOR SELECT USING ((cycle_id = ANY (( SELECT public.app_member() AS app_member)::text[])));

--
-- Name: targets part; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY part ON public.targets FOR SELECT USING ((cycle_id = ANY (( SELECT public.app_member() AS app_member)::text[])));

--
-- Name: visits part; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY part ON public.visits FOR SELECT USING ((EXISTS ( SELECT
   FROM public.mentors m
  WHERE (m.id = visits.mentor_id))));

--
-- Name: watch_alerts part; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY part ON public.watch_alerts FOR SELECT USING (((cycle_id = ANY (( SELECT public.app_cycles() AS app_cycles)::text[])) OR (helper_id = ANY (( SELECT public.app_units() AS app_units)::text[])) OR (EXISTS ( SELECT
   FROM public.watches w
  WHERE ((w.id = watch_alerts.watch_id) AND (w.unit_id = ANY (( SELECT public.app_units() AS app_units)::text[])))))));

--
-- Name: watch_events part; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY part ON public.watch_events FOR SELECT USING (((cycle_id = ANY (( SELECT public.app_cycles() AS app_cycles)::text[])) OR (EXISTS ( SELECT
   FROM public.watches w
  WHERE ((w.id = watch_events.watch_id) AND (w.unit_id = ANY (( SELECT public.app_units() AS app_units)::text[])))))));

--
-- Name: watch_visits part; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY part ON public.watch_visits FOR SELECT USING (((cycle_id = ANY (( SELECT public.app_cycles() AS app_cycles)::text[])) OR (EXISTS ( SELECT
   FROM public.watches w
  WHERE ((w.id = watch_visits.watch_id) AND (w.unit_id = ANY (( SELECT public.app_units() AS app_units)::text[])))))));

--
-- Name: watches part; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY part ON public.watches FOR SELECT USING (((unit_id = ANY (( SELECT public.app_units() AS app_units)::text[])) OR (audience && ( SELECT public.app_units() AS app_units)) OR (owner_id IN ( SELECT c.owner_id
   FROM public.cycles c
  WHERE (c.id = ANY (( SELECT public.app_cycles() AS app_cycles)::text[]))))));

--
-- Name: year_figures part; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY part ON public.year_figures FOR SELECT USING ((owner_id IN ( SELECT c.owner_id
   FROM public.cycles c)));

--
-- Name: periods; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.periods ENABLE ROW LEVEL SECURITY;

--
-- Name: pilot_households; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.pilot_households ENABLE ROW LEVEL SECURITY;

--
-- Name: pilots; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.pilots ENABLE ROW LEVEL SECURITY;

--
-- Name: plan_drafts; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.plan_drafts ENABLE ROW LEVEL SECURITY;

--
-- Name: plan_households; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.plan_households ENABLE ROW LEVEL SECURITY;

--
-- Name: plan_measures; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.plan_measures ENABLE ROW LEVEL SECURITY;

--
-- Name: plan_remarks; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.plan_remarks ENABLE ROW LEVEL SECURITY;

--
-- Name: plan_round_households; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.plan_round_households ENABLE ROW LEVEL SECURITY;

--
-- Name: plan_rounds; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.plan_rounds ENABLE ROW LEVEL SECURITY;

--
-- Name: plans; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.plans ENABLE ROW LEVEL SECURITY;

--
-- Name: posting_changes; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.posting_changes ENABLE ROW LEVEL SECURITY;

--
-- Name: posting_rows; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.posting_rows ENABLE ROW LEVEL SECURITY;

--
-- Name: postings; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.postings ENABLE ROW LEVEL SECURITY;

--
-- Name: accounts program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.accounts USING (( SELECT public.app_system() AS app_system));

--
-- Name: api_keys program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.api_keys USING (( SELECT public.app_system() AS app_system));

--
-- Name: assignments program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.assignments USING (( SELECT public.app_system() AS app_system));

--
-- Name: attachments program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.attachments USING (( SELECT public.app_system() AS app_system));

--
-- Name: audits program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.audits USING (( SELECT public.app_system() AS app_system));

--
-- Name: calls program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.calls USING (( SELECT public.app_system() AS app_system));

--
-- Name: committee_areas program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.committee_areas USING (( SELECT public.app_system() AS app_system));

--
-- Name: committee_members program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.committee_members USING (( SELECT public.app_system() AS app_system));

--
-- Name: committees program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.committees USING (( SELECT public.app_system() AS app_system));

--
-- Name: component_households program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.component_households USING (( SELECT public.app_system() AS app_system));

--
-- Name: component_kinds program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.component_kinds USING (( SELECT public.app_system() AS app_system));

--
-- Name: components program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.components USING (( SELECT public.app_system() AS app_system));

--
-- Name: consolidations program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.consolidations USING (( SELECT public.app_system() AS app_system));

--
-- Name: contributions program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.contributions USING (( SELECT public.app_system() AS app_system));

--
-- Name: cycle_units program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.cycle_units USING (( SELECT public.app_system() AS app_system));

--
-- Name: cycles program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.cycles USING (( SELECT public.app_system() AS app_system));

--
-- Name: days_off program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.days_off USING ((( SELECT public.app_system() AS app_system) OR ( SELECT public.app_admin() AS app_admin)));

--
-- Name: decisions program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.decisions USING (( SELECT public.app_system() AS app_system));

--
-- Name: deliveries program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.deliveries USING (( SELECT public.app_system() AS app_system));

--
-- Name: delivery_confirmations program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.delivery_confirmations USING (( SELECT public.app_system() AS app_system));

--
-- Name: document_books program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.document_books USING (( SELECT public.app_system() AS app_system));

--
-- Name: document_gaps program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.document_gaps USING (( SELECT public.app_system() AS app_system));

--
-- Name: document_templates program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.document_templates USING (( SELECT public.app_system() AS app_system));

--
-- Name: documents program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.documents USING (( SELECT public.app_system() AS app_system));

--
-- Name: duties program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.duties USING (( SELECT public.app_system() AS app_system));

--
-- Name: escalations program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.escalations USING (( SELECT public.app_system() AS app_system));

--
-- Name: export_settings program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.export_settings USING (( SELECT public.app_system() AS app_system));

--
-- Name: fund_entries program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.fund_entries USING (( SELECT public.app_system() AS app_system));

--
-- Name: funds program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.funds USING (( SELECT public.app_system() AS app_system));

--
-- Name: group_answers program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.group_answers USING (( SELECT public.app_system() AS app_system));

--
-- Name: hamlets program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.hamlets USING (( SELECT public.app_system() AS app_system));

--
-- Name: helpers program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.helpers USING (( SELECT public.app_system() AS app_system));

--
-- Name: history program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.history USING (( SELECT public.app_system() AS app_system));

--
-- Name: holdings program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.holdings USING (( SELECT public.app_system() AS app_system));

--
-- Name: household_settlements program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.household_settlements USING (( SELECT public.app_system() AS app_system));

--
-- Name: households program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.households USING (( SELECT public.app_system() AS app_system));

--
-- Name: indicator_results program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.indicator_results USING (( SELECT public.app_system() AS app_system));

--
-- Name: indicators program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.indicators USING (( SELECT public.app_system() AS app_system));

--
-- Name: meeting_conclusions program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.meeting_conclusions USING (( SELECT public.app_system() AS app_system));

--
-- Name: meeting_invitations program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.meeting_invitations USING (( SELECT public.app_system() AS app_system));

--
-- Name: meeting_minutes program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.meeting_minutes USING (( SELECT public.app_system() AS app_system));

--
-- Name: meetings program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.meetings USING (( SELECT public.app_system() AS app_system));

--
-- Name: mentors program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.mentors USING (( SELECT public.app_system() AS app_system));

--
-- Name: needs program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.needs USING (( SELECT public.app_system() AS app_system));

--
-- Name: notices program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.notices USING (( SELECT public.app_system() AS app_system));

--
-- Name: objections program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.objections USING (( SELECT public.app_system() AS app_system));

--
-- Name: obstacles program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.obstacles USING (( SELECT public.app_system() AS app_system));

--
-- Name: offices program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.offices USING (( SELECT public.app_system() AS app_system));

--
-- Name: periods program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.periods USING (( SELECT public.app_system() AS app_system));

--
-- Name: pilot_households program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.pilot_households USING (( SELECT public.app_system() AS app_system));

--
-- Name: pilots program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.pilots USING (( SELECT public.app_system() AS app_system));

--
-- Name: plan_drafts program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.plan_drafts USING (( SELECT public.app_system() AS app_system));

--
-- Name: plan_households program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.plan_households USING (( SELECT public.app_system() AS app_system));

--
-- Name: plan_measures program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.plan_measures USING (( SELECT public.app_system() AS app_system));

--
-- Name: plan_remarks program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.plan_remarks USING (( SELECT public.app_system() AS app_system));

--
-- Name: plan_round_households program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.plan_round_households USING (( SELECT public.app_system() AS app_system));

--
-- Name: plan_rounds program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.plan_rounds USING (( SELECT public.app_system() AS app_system));

--
-- Name: plans program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.plans USING (( SELECT public.app_system() AS app_system));

--
-- Name: posting_changes program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.posting_changes USING (( SELECT public.app_system() AS app_system));

--
-- Name: posting_rows program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.posting_rows USING (( SELECT public.app_system() AS app_system));

--
-- Name: postings program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.postings USING (( SELECT public.app_system() AS app_system));

--
-- Name: register_files program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.register_files USING (( SELECT public.app_system() AS app_system));

--
-- Name: register_freezes program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.register_freezes USING (( SELECT public.app_system() AS app_system));

--
-- Name: registrations program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.registrations USING (( SELECT public.app_system() AS app_system));

--
-- Name: report_forms program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.report_forms USING (( SELECT public.app_system() AS app_system));

--
-- Name: reports program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.reports USING (( SELECT public.app_system() AS app_system));

--
-- Name: review_inputs program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.review_inputs USING (( SELECT public.app_system() AS app_system));

--
-- Name: reviews program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.reviews USING (( SELECT public.app_system() AS app_system));

--
-- Name: sessions program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.sessions USING (( SELECT public.app_system() AS app_system));

--
-- Name: shortcomings program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.shortcomings USING (( SELECT public.app_system() AS app_system));

--
-- Name: survey_cases program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.survey_cases USING (( SELECT public.app_system() AS app_system));

--
-- Name: survey_households program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.survey_households USING (( SELECT public.app_system() AS app_system));

--
-- Name: survey_meetings program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.survey_meetings USING (( SELECT public.app_system() AS app_system));

--
-- Name: survey_results program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.survey_results USING (( SELECT public.app_system() AS app_system));

--
-- Name: surveys program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.surveys USING (( SELECT public.app_system() AS app_system));

--
-- Name: target_share_parts program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.target_share_parts USING (( SELECT public.app_system() AS app_system));

--
-- Name: target_shares program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.target_shares USING (( SELECT public.app_system() AS app_system));

--
-- Name: target_totals program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.target_totals USING (( SELECT public.app_system() AS app_system));

--
-- Name: targets program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.targets USING (( SELECT public.app_system() AS app_system));

--
-- Name: unit_aliases program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.unit_aliases USING (( SELECT public.app_system() AS app_system));

--
-- Name: unit_successions program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.unit_successions USING (( SELECT public.app_system() AS app_system));

--
-- Name: unit_versions program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.unit_versions USING (( SELECT public.app_system() AS app_system));

--
-- Name: units program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.units USING (( SELECT public.app_system() AS app_system));

--
-- Name: users program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.users USING (( SELECT public.app_system() AS app_system));

--
-- Name: visits program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.visits USING (( SELECT public.app_system() AS app_system));

--
-- Name: wakes program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.wakes USING (( SELECT public.app_system() AS app_system));

--
-- Name: watch_alerts program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.watch_alerts USING (( SELECT public.app_system() AS app_system));

--
-- Name: watch_events program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.watch_events USING (( SELECT public.app_system() AS app_system));

--
-- Name: watch_visits program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.watch_visits USING (( SELECT public.app_system() AS app_system));

--
-- Name: watches program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.watches USING (( SELECT public.app_system() AS app_system));

--
-- Name: year_figures program; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY program ON public.year_figures USING (( SELECT public.app_system() AS app_system));

--
-- Name: register_files; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.register_files ENABLE ROW LEVEL SECURITY;

--
-- Name: register_freezes; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.register_freezes ENABLE ROW LEVEL SECURITY;

--
-- Name: registrations; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.registrations ENABLE ROW LEVEL SECURITY;

--
-- Name: report_forms; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.report_forms ENABLE ROW LEVEL SECURITY;

--
-- Name: reports; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.reports ENABLE ROW LEVEL SECURITY;

--
-- Name: review_inputs; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.review_inputs ENABLE ROW LEVEL SECURITY;

--
-- Name: reviews; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.reviews ENABLE ROW LEVEL SECURITY;

--
-- Name: attachments scope; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY scope ON public.attachments AS RESTRICTIVE FOR SELECT USING ((( SELECT public.app_system() AS app_system) OR (( SELECT public.app_narrow() AS app_narrow) = '{}'::text[]) OR (unit_id <> ALL (( SELECT public.app_narrow() AS app_narrow)::text[])) OR (((cycle_id || ' '::text) || unit_id) = ANY (( SELECT public.app_within() AS app_within)::text[])) OR (cycle_id = ANY (( SELECT public.app_cycles() AS app_cycles)::text[]))));

--
-- Name: components scope; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY scope ON public.components AS RESTRICTIVE FOR SELECT USING ((( SELECT public.app_system() AS app_system) OR (( SELECT public.app_narrow() AS app_narrow) = '{}'::text[]) OR (unit_id <> ALL (( SELECT public.app_narrow() AS app_narrow)::text[])) OR (((cycle_id || ' '::text) || unit_id) = ANY (( SELECT public.app_within() AS app_within)::text[])) OR (cycle_id = ANY (( SELECT public.app_cycles() AS app_cycles)::text[]))));

--
-- Name: deliveries scope; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY scope ON public.deliveries AS RESTRICTIVE FOR SELECT USING ((( SELECT public.app_system() AS app_system) OR (( SELECT public.app_narrow() AS app_narrow) = '{}'::text[]) OR (unit_id <> ALL (( SELECT public.app_narrow() AS app_narrow)::text[])) OR (((cycle_id || ' '::text) || unit_id) = ANY (( SELECT public.app_within() AS app_within)::text[])) OR (cycle_id = ANY (( SELECT public.app_cycles() AS app_cycles)::text[]))));

--
-- Name: documents scope; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY scope ON public.documents AS RESTRICTIVE FOR SELECT USING ((( SELECT public.app_system() AS app_system) OR (( SELECT public.app_narrow() AS app_narrow) = '{}'::text[]) OR (unit_id <> ALL (( SELECT public.app_narrow() AS app_narrow)::text[])) OR (((cycle_id || ' '::text) || unit_id) = ANY (( SELECT public.app_within() AS app_within)::text[])) OR (cycle_id = ANY (( SELECT public.app_cycles() AS app_cycles)::text[]))));

--
-- Name: duties scope; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY scope ON public.duties AS RESTRICTIVE FOR SELECT USING ((( SELECT public.app_system() AS app_system) OR (( SELECT public.app_narrow() AS app_narrow) = '{}'::text[]) OR (unit_id <> ALL (( SELECT public.app_narrow() AS app_narrow)::text[])) OR (((cycle_id || ' '::text) || unit_id) = ANY (( SELECT public.app_within() AS app_within)::text[])) OR (cycle_id = ANY (( SELECT public.app_cycles() AS app_cycles)::text[]))));

--
-- Name: funds scope; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY scope ON public.funds AS RESTRICTIVE FOR SELECT USING ((( SELECT public.app_system() AS app_system) OR (( SELECT public.app_narrow() AS app_narrow) = '{}'::text[]) OR (unit_id <> ALL (( SELECT public.app_narrow() AS app_narrow)::text[])) OR (((cycle_id || ' '::text) || unit_id) = ANY (( SELECT public.app_within() AS app_within)::text[])) OR (cycle_id = ANY (( SELECT public.app_cycles() AS app_cycles)::text[]))));

--
-- Name: helpers scope; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY scope ON public.helpers AS RESTRICTIVE FOR SELECT USING ((( SELECT public.app_system() AS app_system) OR (( SELECT public.app_narrow() AS app_narrow) = '{}'::text[]) OR (unit_id <> ALL (( SELECT public.app_narrow() AS app_narrow)::text[])) OR (((cycle_id || ' '::text) || unit_id) = ANY (( SELECT public.app_within() AS app_within)::text[])) OR (cycle_id = ANY (( SELECT public.app_cycles() AS app_cycles)::text[]))));

--
-- Name: history scope; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY scope ON public.history AS RESTRICTIVE FOR SELECT USING ((( SELECT public.app_system() AS app_system) OR (( SELECT public.app_narrow() AS app_narrow) = '{}'::text[]) OR (unit_id <> ALL (( SELECT public.app_narrow() AS app_narrow)::text[])) OR (((cycle_id || ' '::text) || unit_id) = ANY (( SELECT public.app_within() AS app_within)::text[])) OR (cycle_id = ANY (( SELECT public.app_cycles() AS app_cycles)::text[]))));

--
-- Name: household_settlements scope; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY scope ON public.household_settlements AS RESTRICTIVE FOR SELECT USING ((( SELECT public.app_system() AS app_system) OR (( SELECT public.app_narrow() AS app_narrow) = '{}'::text[]) OR (unit_id <> ALL (( SELECT public.app_narrow() AS app_narrow)::text[])) OR (((cycle_id || ' '::text) || unit_id) = ANY (( SELECT public.app_within() AS app_within)::text[])) OR (cycle_id = ANY (( SELECT public.app_cycles() AS app_cycles)::text[]))));

--
-- Name: households scope; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY scope ON public.households AS RESTRICTIVE FOR SELECT USING ((( SELECT public.app_system() AS app_system) OR (( SELECT public.app_narrow() AS app_narrow) = '{}'::text[]) OR (unit_id <> ALL (( SELECT public.app_narrow() AS app_narrow)::text[])) OR (((cycle_id || ' '::text) || unit_id) = ANY (( SELECT public.app_within() AS app_within)::text[])) OR (cycle_id = ANY (( SELECT public.app_cycles() AS app_cycles)::text[]))));

--
-- Name: mentors scope; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY scope ON public.mentors AS RESTRICTIVE FOR SELECT USING ((( SELECT public.app_system() AS app_system) OR (( SELECT public.app_narrow() AS app_narrow) = '{}'::text[]) OR (unit_id <> ALL (( SELECT public.app_narrow() AS app_narrow)::text[])) OR (((cycle_id || ' '::text) || unit_id) = ANY (( SELECT public.app_within() AS app_within)::text[])) OR (cycle_id = ANY (( SELECT public.app_cycles() AS app_cycles)::text[]))));

--
-- Name: notices scope; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY scope ON public.notices AS RESTRICTIVE FOR SELECT USING ((( SELECT public.app_system() AS app_system) OR (( SELECT public.app_narrow() AS app_narrow) = '{}'::text[]) OR (unit_id <> ALL (( SELECT public.app_narrow() AS app_narrow)::text[])) OR (((cycle_id || ' '::text) || unit_id) = ANY (( SELECT public.app_within() AS app_within)::text[])) OR (cycle_id = ANY (( SELECT public.app_cycles() AS app_cycles)::text[]))));

--
-- Name: objections scope; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY scope ON public.objections AS RESTRICTIVE FOR SELECT USING ((( SELECT public.app_system() AS app_system) OR (( SELECT public.app_narrow() AS app_narrow) = '{}'::text[]) OR (unit_id <> ALL (( SELECT public.app_narrow() AS app_narrow)::text[])) OR (((cycle_id || ' '::text) || unit_id) = ANY (( SELECT public.app_within() AS app_within)::text[])) OR (cycle_id = ANY (( SELECT public.app_cycles() AS app_cycles)::text[]))));

--
-- Name: obstacles scope; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY scope ON public.obstacles AS RESTRICTIVE FOR SELECT USING ((( SELECT public.app_system() AS app_system) OR (( SELECT public.app_narrow() AS app_narrow) = '{}'::text[]) OR (unit_id <> ALL (( SELECT public.app_narrow() AS app_narrow)::text[])) OR (((cycle_id || ' '::text) || unit_id) = ANY (( SELECT public.app_within() AS app_within)::text[])) OR (cycle_id = ANY (( SELECT public.app_cycles() AS app_cycles)::text[]))));

--
-- Name: pilots scope; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY scope ON public.pilots AS RESTRICTIVE FOR SELECT USING ((( SELECT public.app_system() AS app_system) OR (( SELECT public.app_narrow() AS app_narrow) = '{}'::text[]) OR (unit_id <> ALL (( SELECT public.app_narrow() AS app_narrow)::text[])) OR (((cycle_id || ' '::text) || unit_id) = ANY (( SELECT public.app_within() AS app_within)::text[])) OR (cycle_id = ANY (( SELECT public.app_cycles() AS app_cycles)::text[]))));

--
-- Name: plan_drafts scope; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY scope ON public.plan_drafts AS RESTRICTIVE FOR SELECT USING ((( SELECT public.app_system() AS app_system) OR (( SELECT public.app_narrow() AS app_narrow) = '{}'::text[]) OR (unit_id <> ALL (( SELECT public.app_narrow() AS app_narrow)::text[])) OR (((cycle_id || ' '::text) || unit_id) = ANY (( SELECT public.app_within() AS app_within)::text[])) OR (cycle_id = ANY (( SELECT public.app_cycles() AS app_cycles)::text[]))));

--
-- Name: plan_households scope; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY scope ON public.plan_households AS RESTRICTIVE FOR SELECT USING ((( SELECT public.app_system() AS app_system) OR (( SELECT public.app_narrow() AS app_narrow) = '{}'::text[]) OR (unit_id <> ALL (( SELECT public.app_narrow() AS app_narrow)::text[])) OR (((cycle_id || ' '::text) || unit_id) = ANY (( SELECT public.app_within() AS app_within)::text[])) OR (cycle_id = ANY (( SELECT public.app_cycles() AS app_cycles)::text[]))));

--
-- Name: plan_measures scope; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY scope ON public.plan_measures AS RESTRICTIVE FOR SELECT USING ((( SELECT public.app_system() AS app_system) OR (( SELECT public.app_narrow() AS app_narrow) = '{}'::text[]) OR (unit_id <> ALL (( SELECT public.app_narrow() AS app_narrow)::text[])) OR (((cycle_id || ' '::text) || unit_id) = ANY (( SELECT public.app_within() AS app_within)::text[])) OR (cycle_id = ANY (( SELECT public.app_cycles() AS app_cycles)::text[]))));

--
-- Name: plan_remarks scope; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY scope ON public.plan_remarks AS RESTRICTIVE FOR SELECT USING ((( SELECT public.app_system() AS app_system) OR (( SELECT public.app_narrow() AS app_narrow) = '{}'::text[]) OR (unit_id <> ALL (( SELECT public.app_narrow() AS app_narrow)::text[])) OR (((cycle_id || ' '::text) || unit_id) = ANY (( SELECT public.app_within() AS app_within)::text[])) OR (cycle_id = ANY (( SELECT public.app_cycles() AS app_cycles)::text[]))));

--
-- Name: plan_round_households scope; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY scope ON public.plan_round_households AS RESTRICTIVE FOR SELECT USING ((( SELECT public.app_system() AS app_system) OR (( SELECT public.app_narrow() AS app_narrow) = '{}'::text[]) OR (unit_id <> ALL (( SELECT public.app_narrow() AS app_narrow)::text[])) OR (((cycle_id || ' '::text) || unit_id) = ANY (( SELECT public.app_within() AS app_within)::text[])) OR (cycle_id = ANY (( SELECT public.app_cycles() AS app_cycles)::text[]))));

--
-- Name: plan_rounds scope; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY scope ON public.plan_rounds AS RESTRICTIVE FOR SELECT USING ((( SELECT public.app_system() AS app_system) OR (( SELECT public.app_narrow() AS app_narrow) = '{}'::text[]) OR (unit_id <> ALL (( SELECT public.app_narrow() AS app_narrow)::text[])) OR (((cycle_id || ' '::text) || unit_id) = ANY (( SELECT public.app_within() AS app_within)::text[])) OR (cycle_id = ANY (( SELECT public.app_cycles() AS app_cycles)::text[]))));

--
-- Name: plans scope; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY scope ON public.plans AS RESTRICTIVE FOR SELECT USING ((( SELECT public.app_system() AS app_system) OR (( SELECT public.app_narrow() AS app_narrow) = '{}'::text[]) OR (unit_id <> ALL (( SELECT public.app_narrow() AS app_narrow)::text[])) OR (((cycle_id || ' '::text) || unit_id) = ANY (( SELECT public.app_within() AS app_within)::text[])) OR (cycle_id = ANY (( SELECT public.app_cycles() AS app_cycles)::text[]))));

--
-- Name: postings scope; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY scope ON public.postings AS RESTRICTIVE FOR SELECT USING ((( SELECT public.app_system() AS app_system) OR (( SELECT public.app_narrow() AS app_narrow) = '{}'::text[]) OR (unit_id <> ALL (( SELECT public.app_narrow() AS app_narrow)::text[])) OR (((cycle_id || ' '::text) || unit_id) = ANY (( SELECT public.app_within() AS app_within)::text[])) OR (cycle_id = ANY (( SELECT public.app_cycles() AS app_cycles)::text[]))));

--
-- Name: register_freezes scope; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY scope ON public.register_freezes AS RESTRICTIVE FOR SELECT USING ((( SELECT public.app_system() AS app_system) OR (( SELECT public.app_narrow() AS app_narrow) = '{}'::text[]) OR (unit_id <> ALL (( SELECT public.app_narrow() AS app_narrow)::text[])) OR (((cycle_id || ' '::text) || unit_id) = ANY (( SELECT public.app_within() AS app_within)::text[])) OR (cycle_id = ANY (( SELECT public.app_cycles() AS app_cycles)::text[]))));

--
-- Name: registrations scope; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY scope ON public.registrations AS RESTRICTIVE FOR SELECT USING ((( SELECT public.app_system() AS app_system) OR (( SELECT public.app_narrow() AS app_narrow) = '{}'::text[]) OR (unit_id <> ALL (( SELECT public.app_narrow() AS app_narrow)::text[])) OR (((cycle_id || ' '::text) || unit_id) = ANY (( SELECT public.app_within() AS app_within)::text[])) OR (cycle_id = ANY (( SELECT public.app_cycles() AS app_cycles)::text[]))));

--
-- Name: review_inputs scope; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY scope ON public.review_inputs AS RESTRICTIVE FOR SELECT USING ((( SELECT public.app_system() AS app_system) OR (( SELECT public.app_narrow() AS app_narrow) = '{}'::text[]) OR (unit_id IS NULL) OR (unit_id <> ALL (( SELECT public.app_narrow() AS app_narrow)::text[])) OR (((cycle_id || ' '::text) || unit_id) = ANY (( SELECT public.app_within() AS app_within)::text[])) OR (cycle_id = ANY (( SELECT public.app_cycles() AS app_cycles)::text[]))));

--
-- Name: shortcomings scope; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY scope ON public.shortcomings AS RESTRICTIVE FOR SELECT USING ((( SELECT public.app_system() AS app_system) OR (( SELECT public.app_narrow() AS app_narrow) = '{}'::text[]) OR (unit_id IS NULL) OR (unit_id <> ALL (( SELECT public.app_narrow() AS app_narrow)::text[])) OR (((cycle_id || ' '::text) || unit_id) = ANY (( SELECT public.app_within() AS app_within)::text[])) OR (cycle_id = ANY (( SELECT public.app_cycles() AS app_cycles)::text[]))));

--
-- Name: survey_cases scope; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY scope ON public.survey_cases AS RESTRICTIVE FOR SELECT USING ((( SELECT public.app_system() AS app_system) OR (( SELECT public.app_narrow() AS app_narrow) = '{}'::text[]) OR (unit_id <> ALL (( SELECT public.app_narrow() AS app_narrow)::text[])) OR (((cycle_id || ' '::text) || unit_id) = ANY (( SELECT public.app_within() AS app_within)::text[])) OR (cycle_id = ANY (( SELECT public.app_cycles() AS app_cycles)::text[]))));

--
-- Name: survey_households scope; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY scope ON public.survey_households AS RESTRICTIVE FOR SELECT USING ((( SELECT public.app_system() AS app_system) OR (( SELECT public.app_narrow() AS app_narrow) = '{}'::text[]) OR (unit_id <> ALL (( SELECT public.app_narrow() AS app_narrow)::text[])) OR (((cycle_id || ' '::text) || unit_id) = ANY (( SELECT public.app_within() AS app_within)::text[])) OR (cycle_id = ANY (( SELECT public.app_cycles() AS app_cycles)::text[]))));

--
-- Name: survey_meetings scope; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY scope ON public.survey_meetings AS RESTRICTIVE FOR SELECT USING ((( SELECT public.app_system() AS app_system) OR (( SELECT public.app_narrow() AS app_narrow) = '{}'::text[]) OR (unit_id <> ALL (( SELECT public.app_narrow() AS app_narrow)::text[])) OR (((cycle_id || ' '::text) || unit_id) = ANY (( SELECT public.app_within() AS app_within)::text[])) OR (cycle_id = ANY (( SELECT public.app_cycles() AS app_cycles)::text[]))));

--
-- Name: survey_results scope; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY scope ON public.survey_results AS RESTRICTIVE FOR SELECT USING ((( SELECT public.app_system() AS app_system) OR (( SELECT public.app_narrow() AS app_narrow) = '{}'::text[]) OR (unit_id <> ALL (( SELECT public.app_narrow() AS app_narrow)::text[])) OR (((cycle_id || ' '::text) || unit_id) = ANY (( SELECT public.app_within() AS app_within)::text[])) OR (cycle_id = ANY (( SELECT public.app_cycles() AS app_cycles)::text[]))));

--
-- Name: surveys scope; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY scope ON public.surveys AS RESTRICTIVE FOR SELECT USING ((( SELECT public.app_system() AS app_system) OR (( SELECT public.app_narrow() AS app_narrow) = '{}'::text[]) OR (unit_id <> ALL (( SELECT public.app_narrow() AS app_narrow)::text[])) OR (((cycle_id || ' '::text) || unit_id) = ANY (( SELECT public.app_within() AS app_within)::text[])) OR (cycle_id = ANY (( SELECT public.app_cycles() AS app_cycles)::text[]))));

--
-- Name: sessions; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.sessions ENABLE ROW LEVEL SECURITY;

--
-- Name: shortcomings; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.shortcomings ENABLE ROW LEVEL SECURITY;

--
-- Name: survey_cases; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.survey_cases ENABLE ROW LEVEL SECURITY;

--
-- Name: survey_households; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.survey_households ENABLE ROW LEVEL SECURITY;

--
-- Name: survey_meetings; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.survey_meetings ENABLE ROW LEVEL SECURITY;

--
-- Name: survey_results; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.survey_results ENABLE ROW LEVEL SECURITY;

--
-- Name: surveys; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.surveys ENABLE ROW LEVEL SECURITY;

--
-- Name: target_share_parts; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.target_share_parts ENABLE ROW LEVEL SECURITY;

--
-- Name: target_shares; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.target_shares ENABLE ROW LEVEL SECURITY;

--
-- Name: target_totals; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.target_totals ENABLE ROW LEVEL SECURITY;

--
-- Name: targets; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.targets ENABLE ROW LEVEL SECURITY;

--
-- Name: unit_aliases; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.unit_aliases ENABLE ROW LEVEL SECURITY;

--
-- Name: unit_successions; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.unit_successions ENABLE ROW LEVEL SECURITY;

--
-- Name: unit_versions; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.unit_versions ENABLE ROW LEVEL SECURITY;

--
-- Name: units; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.units ENABLE ROW LEVEL SECURITY;

--
-- Name: users; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.users ENABLE ROW LEVEL SECURITY;

--
-- Name: visits; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.visits ENABLE ROW LEVEL SECURITY;

--
-- Name: wakes; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.wakes ENABLE ROW LEVEL SECURITY;

--
-- Name: watch_alerts; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.watch_alerts ENABLE ROW LEVEL SECURITY;

--
-- Name: watch_events; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.watch_events ENABLE ROW LEVEL SECURITY;

--
-- Name: watch_visits; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.watch_visits ENABLE ROW LEVEL SECURITY;

--
-- Name: watches; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.watches ENABLE ROW LEVEL SECURITY;

--
-- Name: year_figures; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.year_figures ENABLE ROW LEVEL SECURITY;

--
-- Name: SCHEMA public; Type: ACL; Schema: -; Owner: -
--

GRANT USAGE ON SCHEMA public TO dondoc_app;

--
-- Name: FUNCTION act_as(who bigint, today date); Type: ACL; Schema: public; Owner: -
--

REVOKE ALL ON FUNCTION public.act_as(who bigint, today date) FROM PUBLIC;
GRANT ALL ON FUNCTION public.act_as(who bigint, today date) TO dondoc_app;

--
-- Name: FUNCTION act_in_seats(who bigint, today date); Type: ACL; Schema: public; Owner: -
--

REVOKE ALL ON FUNCTION public.act_in_seats(who bigint, today date) FROM PUBLIC;

--
-- Name: FUNCTION unreachable(cycle text, today date); Type: ACL; Schema: public; Owner: -
--

REVOKE ALL ON FUNCTION public.unreachable(cycle text, today date) FROM PUBLIC;
GRANT ALL ON FUNCTION public.unreachable(cycle text, today date) TO dondoc_app;

--
-- Name: TABLE accounts; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts TO dondoc_app;

--
-- Name: TABLE api_keys; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.api_keys TO dondoc_app;

--
-- Name: TABLE assignments; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,UPDATE ON TABLE public.assignments TO dondoc_app;

--
-- Name: TABLE attachments; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,UPDATE ON TABLE public.attachments TO dondoc_app;

--
-- Name: TABLE audits; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE ON TABLE public.audits TO dondoc_app;

--
-- Name: TABLE calls; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT ON TABLE public.calls TO dondoc_app;

--
-- Name: TABLE committee_areas; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.committee_areas TO dondoc_app;

--
-- Name: TABLE committee_members; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.committee_members TO dondoc_app;

--
-- Name: TABLE committees; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.committees TO dondoc_app;

--
-- Name: TABLE component_households; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE ON TABLE public.component_households TO dondoc_app;

--
-- Name: TABLE component_kinds; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.component_kinds TO dondoc_app;

--
-- Name: TABLE components; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,UPDATE ON TABLE public.components TO dondoc_app;

--
-- Name: TABLE consolidations; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,UPDATE ON TABLE public.consolidations TO dondoc_app;

--
-- Name: TABLE contributions; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,UPDATE ON TABLE public.contributions TO dondoc_app;

--
-- Name: TABLE cycle_units; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.cycle_units TO dondoc_app;

--
-- Name: TABLE cycles; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.cycles TO dondoc_app;

--
-- Name: TABLE days_off; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.days_off TO dondoc_app;

--
-- Name: TABLE decisions; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.decisions TO dondoc_app;

--
-- Name: TABLE deliveries; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT ON TABLE public.deliveries TO dondoc_app;

--
-- Name: SEQUENCE delivery_batches; Type: ACL; Schema: public; Owner: -
--

GRANT USAGE ON SEQUENCE public.delivery_batches TO dondoc_app;

--
-- Name: TABLE delivery_confirmations; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT ON TABLE public.delivery_confirmations TO dondoc_app;

--
-- Name: TABLE document_books; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.document_books TO dondoc_app;

--
-- Name: TABLE document_gaps; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.document_gaps TO dondoc_app;

--
-- Name: TABLE document_templates; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.document_templates TO dondoc_app;

--
-- Name: TABLE documents; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.documents TO dondoc_app;

--
-- Name: TABLE duties; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.duties TO dondoc_app;

--
-- Name: TABLE escalations; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.escalations TO dondoc_app;

--
-- Name: TABLE export_settings; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.export_settings TO dondoc_app;

--
-- Name: TABLE fund_entries; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT ON TABLE public.fund_entries TO dondoc_app;

--
-- Name: TABLE funds; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,UPDATE ON TABLE public.funds TO dondoc_app;

--
-- Name: TABLE group_answers; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,UPDATE ON TABLE public.group_answers TO dondoc_app;

--
-- Name: TABLE hamlets; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.hamlets TO dondoc_app;

--
-- Name: TABLE helpers; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.helpers TO dondoc_app;

--
-- Name: TABLE history; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT ON TABLE public.history TO dondoc_app;

--
-- Name: TABLE holdings; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.holdings TO dondoc_app;

--
-- Name: TABLE household_settlements; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,UPDATE ON TABLE public.household_settlements TO dondoc_app;

--
-- Name: TABLE households; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.households TO dondoc_app;

--
-- Name: TABLE indicator_results; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.indicator_results TO dondoc_app;

--
-- Name: TABLE indicators; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.indicators TO dondoc_app;

--
-- Name: TABLE meeting_conclusions; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.meeting_conclusions TO dondoc_app;

--
-- Name: TABLE meeting_invitations; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.meeting_invitations TO dondoc_app;

--
-- Name: TABLE meeting_minutes; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.meeting_minutes TO dondoc_app;

--
-- Name: TABLE meetings; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.meetings TO dondoc_app;

--
-- Name: TABLE mentors; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.mentors TO dondoc_app;

--
-- Name: TABLE needs; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.needs TO dondoc_app;

--
-- Name: TABLE notices; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.notices TO dondoc_app;

--
-- Name: TABLE objections; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,UPDATE ON TABLE public.objections TO dondoc_app;

--
-- Name: TABLE obstacles; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.obstacles TO dondoc_app;

--
-- Name: TABLE offices; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.offices TO dondoc_app;

--
-- Name: TABLE periods; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.periods TO dondoc_app;

--
-- Name: TABLE pilot_households; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.pilot_households TO dondoc_app;

--
-- Name: TABLE pilots; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.pilots TO dondoc_app;

--
-- Name: TABLE plan_drafts; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.plan_drafts TO dondoc_app;

--
-- Name: TABLE plan_households; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.plan_households TO dondoc_app;

--
-- Name: TABLE plan_measures; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.plan_measures TO dondoc_app;

--
-- Name: TABLE plan_remarks; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.plan_remarks TO dondoc_app;

--
-- Name: TABLE plan_round_households; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT ON TABLE public.plan_round_households TO dondoc_app;

--
-- Name: TABLE plan_rounds; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT ON TABLE public.plan_rounds TO dondoc_app;

--
-- Name: COLUMN plan_rounds.outcome; Type: ACL; Schema: public; Owner: -
--

GRANT UPDATE(outcome) ON TABLE public.plan_rounds TO dondoc_app;

--
-- Name: COLUMN plan_rounds.ended_at; Type: ACL; Schema: public; Owner: -
--

GRANT UPDATE(ended_at) ON TABLE public.plan_rounds TO dondoc_app;

--
-- Name: COLUMN plan_rounds.ended_by; Type: ACL; Schema: public; Owner: -
--

GRANT UPDATE(ended_by) ON TABLE public.plan_rounds TO dondoc_app;

--
-- Name: TABLE plans; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.plans TO dondoc_app;

--
-- Name: TABLE posting_changes; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT ON TABLE public.posting_changes TO dondoc_app;

--
-- Name: TABLE posting_rows; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT ON TABLE public.posting_rows TO dondoc_app;

--
-- Name: TABLE postings; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,UPDATE ON TABLE public.postings TO dondoc_app;

--
-- Name: TABLE register_files; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.register_files TO dondoc_app;

--
-- Name: TABLE register_freezes; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.register_freezes TO dondoc_app;

--
-- Name: TABLE registrations; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.registrations TO dondoc_app;

--
-- Name: TABLE report_forms; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT ON TABLE public.report_forms TO dondoc_app;

--
-- Name: TABLE reports; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.reports TO dondoc_app;

--
-- Name: TABLE review_inputs; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.review_inputs TO dondoc_app;

--
-- Name: TABLE reviews; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.reviews TO dondoc_app;

--
-- Name: TABLE sessions; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sessions TO dondoc_app;

--
-- Name: TABLE shortcomings; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.shortcomings TO dondoc_app;

--
-- Name: TABLE survey_cases; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.survey_cases TO dondoc_app;

--
-- Name: TABLE survey_households; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.survey_households TO dondoc_app;

--
-- Name: TABLE survey_meetings; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.survey_meetings TO dondoc_app;

--
-- Name: TABLE survey_results; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.survey_results TO dondoc_app;

--
-- Name: TABLE surveys; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.surveys TO dondoc_app;

--
-- Name: TABLE target_share_parts; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.target_share_parts TO dondoc_app;

--
-- Name: TABLE target_shares; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.target_shares TO dondoc_app;

--
-- Name: TABLE target_totals; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.target_totals TO dondoc_app;

--
-- Name: TABLE targets; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.targets TO dondoc_app;

--
-- Name: TABLE unit_aliases; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.unit_aliases TO dondoc_app;

--
-- Name: TABLE unit_successions; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.unit_successions TO dondoc_app;

--
-- Name: TABLE unit_versions; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.unit_versions TO dondoc_app;

--
-- Name: TABLE units; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.units TO dondoc_app;

--
-- Name: TABLE users; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.users TO dondoc_app;

--
-- Name: TABLE visits; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT ON TABLE public.visits TO dondoc_app;

--
-- Name: TABLE wakes; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.wakes TO dondoc_app;

--
-- Name: TABLE watch_alerts; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.watch_alerts TO dondoc_app;

--
-- Name: TABLE watch_events; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.watch_events TO dondoc_app;

--
-- Name: TABLE watch_visits; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.watch_visits TO dondoc_app;

--
-- Name: TABLE watches; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.watches TO dondoc_app;

--
-- Name: TABLE year_figures; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.year_figures TO dondoc_app;

--
-- PostgreSQL database dump complete
--
