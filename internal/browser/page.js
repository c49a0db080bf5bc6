(verb, scope, ...words) => {
	const plain = s => (s || "").normalize("NFC").replace(/\s+/g, " ").trim().toLowerCase();
	const shown = e => e.checkVisibility({visibilityProperty: true});
	let root = document.body;
	if (!root || document.readyState === "loading") return "";
	if (scope) {
		const holding = [...root.querySelectorAll("tr, li, details, fieldset, form, section, article, dl")]
			.filter(e => shown(e) && plain(e.textContent).includes(plain(scope)));
		holding.sort((a, b) => a.textContent.length - b.textContent.length);
		if (!holding.length) return "";
		root = holding[0];
	}
	const found = (e, kind) => {
		document.querySelectorAll("[data-found]").forEach(old => old.removeAttribute("data-found"));
		e.setAttribute("data-found", "");
		e.scrollIntoView({block: "center"});
		return kind;
	};
	// What is called exactly so comes before what only begins so.
	const called = (list, name, words) => list.find(e => plain(name(e)) === plain(words)) || list.find(e => plain(name(e)).startsWith(plain(words)));
	const field = words => {
		const label = called([...root.querySelectorAll("label")].filter(l => l.control), l => [...l.childNodes].filter(n => !n.matches || !n.matches("select, textarea, .problem")).map(n => n.textContent).join(" "), words);
		return label ? label.control :
			called([...root.querySelectorAll("[aria-label]")].filter(e => "value" in e), e => e.getAttribute("aria-label"), words) ||
			[...root.querySelectorAll("input, select, textarea")].find(e => e.name === words && e.type !== "hidden");
	};
	switch (verb) {
	case "press": {
		const e = called([...root.querySelectorAll("button, a[href], summary, input[type=submit]")].filter(shown), e => e.value && e.tagName === "INPUT" ? e.value : e.textContent, words[0]);
		if (!e) return "";
		const here = e.tagName === "SUMMARY" || e.tagName === "A" && e.hash && e.href.split("#")[0] === location.href.split("#")[0];
		return found(e, here ? "stays" : "leads");
	}
	case "field": {
		const e = field(words[0]);
		return e ? found(e, e.checked ? "ticked" : "field") : "";
	}
	case "fill": {
		const e = field(words[0]);
		if (!e) return "";
		if (e.tagName === "SELECT") {
			const option = [...e.options].find(o => o.value === words[1]) || called([...e.options], o => o.textContent, words[1]);
			if (!option) return "";
			e.value = option.value;
		} else if (["date", "month", "time"].includes(e.type)) {
			e.value = words[1];
		} else {
			e.value = "";
			e.focus();
			return found(e, "typed");
		}
		e.dispatchEvent(new Event("change", {bubbles: true}));
		return found(e, "chosen");
	}
	case "sees":
		return plain(root.innerText).includes(plain(words[0])) ? "seen" : "";
	case "wide": {
		const d = document.documentElement;
		return d.scrollWidth > d.clientWidth ? d.scrollWidth + " pixels in a window of " + d.clientWidth : "";
	}
	case "text":
		return location.href + "\n" + root.innerText.replace(/\n\s*\n/g, "\n").slice(0, 2500);
	}
	return "";
}
