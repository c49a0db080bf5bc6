package calendar

import "math"

// The Vietnamese lunar calendar: months begin on the day of the new moon, and
// the month without a major solar term is the leap month of a year of
// thirteen, both reckoned by the day in Zone. The Chinese calendar reckons at
// +08:00 and so differs in some years (1985, 2007, 2030).
//
// Positions follow Jean Meeus, Astronomical Algorithms, 2nd edition, chapters
// 25 (Sun) and 49 (phases of the Moon). New moons are good to seconds, the
// Sun's longitude to 0.01°, between 1900 and 2150.

// LunarNewYear returns the first day of the lunar year that begins in year y
// (mùng một Tết).
func LunarNewYear(y int) Date { return lunarMonth(y, 1) }

// HungKingsDay returns the tenth day of the third lunar month of year y (Giỗ
// Tổ Hùng Vương).
func HungKingsDay(y int) Date { return lunarMonth(y, 3).AddDays(9) }

// lunarMonth returns the first day of the ordinary lunar month (1 to 10) of the
// lunar year that begins in year y.
func lunarMonth(y, month int) Date {
	k, start := solsticeMonth(y - 1)
	_, next := solsticeMonth(y)
	// Month 1 is the second after the solstice's month, which is month 11; a
	// leap month among those passed pushes it on by one.
	leap := start.DaysUntil(next) > 370
	for passed := 0; passed < month+1; {
		following := newMoonDay(k + 1)
		k, start = k+1, following
		if leap && majorTerm(start) == majorTerm(newMoonDay(k+1)) {
			leap = false
			continue
		}
		passed++
	}
	return start
}

// solsticeMonth returns the lunation and first day of the lunar month that has
// year y's winter solstice in it.
func solsticeMonth(y int) (k int, start Date) {
	solstice := civil(y, 12, 19)
	for majorTerm(solstice.AddDays(1)) != 9 {
		solstice = solstice.AddDays(1)
	}
	k = int(math.Floor((float64(solstice.n-unixEpoch)+2440587.5-2451550.09766)/29.530588861)) + 1
	for start = newMoonDay(k); start.After(solstice); start = newMoonDay(k) {
		k--
	}
	return k, start
}

// newMoonDay returns the day in Zone of new moon number k (0 is that of 6
// January 2000).
func newMoonDay(k int) Date {
	return dateOfJulian(newMoon(float64(k)))
}

// majorTerm returns the number of major solar terms (longitudes that are
// multiples of 30°) that the Sun has passed since the March equinox when the
// day begins: 0 to 11, 9 from the winter solstice on.
func majorTerm(d Date) int {
	return int(sunLongitude(julianOfStart(d)) / 30)
}

func julianOfStart(d Date) float64 {
	return float64(d.n-unixEpoch) + 2440587.5 - 7.0/24
}

func dateOfJulian(jd float64) Date {
	return Date{n: int32(math.Floor(jd-2440587.5+7.0/24)) + unixEpoch}
}

// newMoon returns the Julian day (universal time) of new moon number k.
func newMoon(k float64) float64 {
	t := k / 1236.85
	jde := 2451550.09766 + 29.530588861*k +
		t*t*(0.00015437+t*(-0.000000150+t*0.00000000073))
	e := 1 - t*(0.002516+t*0.0000074)
	m := 2.5534 + 29.10535670*k - t*t*(0.0000014+t*0.00000011)
	mm := 201.5643 + 385.81693528*k + t*t*(0.0107582+t*(0.00001238-t*0.000000058))
	f := 160.7108 + 390.67050284*k + t*t*(-0.0016118+t*(-0.00000227+t*0.000000011))
	omega := 124.7746 - 1.56375588*k + t*t*(0.0020672+t*0.00000215)

	for _, term := range newMoonTerms {
		c := term.days
		for range term.e {
			c *= e
		}
		jde += c * sin(term.m*m+term.mm*mm+term.f*f+term.omega*omega)
	}
	for i, p := range planetTerms {
		arg := p.at + p.perK*k
		if i == 0 {
			arg -= 0.009173 * t * t
		}
		jde += p.days * sin(arg)
	}
	return jde - deltaT(jde)
}

// newMoonTerms are the corrections in days, multiples of the Sun's and Moon's
// mean anomalies, the Moon's argument of latitude and the node; e is the power
// of the eccentricity factor.
var newMoonTerms = [...]struct {
	days            float64
	e               int
	m, mm, f, omega float64
}{
	{days: -0.40720, mm: 1},
	{days: 0.17241, e: 1, m: 1},
	{days: 0.01608, mm: 2},
	{days: 0.01039, f: 2},
	{days: 0.00739, e: 1, m: -1, mm: 1},
	{days: -0.00514, e: 1, m: 1, mm: 1},
	{days: 0.00208, e: 2, m: 2},
	{days: -0.00111, mm: 1, f: -2},
	{days: -0.00057, mm: 1, f: 2},
	{days: 0.00056, e: 1, m: 1, mm: 2},
	{days: -0.00042, mm: 3},
	{days: 0.00042, e: 1, m: 1, f: 2},
	{days: 0.00038, e: 1, m: 1, f: -2},
	{days: -0.00024, e: 1, m: -1, mm: 2},
	{days: -0.00017, omega: 1},
	{days: -0.00007, m: 2, mm: 1},
	{days: 0.00004, mm: 2, f: -2},
	{days: 0.00004, m: 3},
	{days: 0.00003, m: 1, mm: 1, f: -2},
	{days: 0.00003, mm: 2, f: 2},
	{days: -0.00003, m: 1, mm: 1, f: 2},
	{days: 0.00003, m: -1, mm: 1, f: 2},
	{days: -0.00002, m: -1, mm: 1, f: -2},
	{days: -0.00002, m: 1, mm: 3},
	{days: 0.00002, mm: 4},
}

// planetTerms are the planets' corrections, in days.
var planetTerms = [...]struct{ days, at, perK float64 }{
	{0.000325, 299.77, 0.107408},
	{0.000165, 251.88, 0.016321},
	{0.000164, 251.83, 26.651886},
	{0.000126, 349.42, 36.412478},
	{0.000110, 84.66, 18.206239},
	{0.000062, 141.74, 53.303771},
	{0.000060, 207.14, 2.453732},
	{0.000056, 154.84, 7.306860},
	{0.000047, 34.52, 27.261239},
	{0.000042, 207.19, 0.121824},
	{0.000040, 291.34, 1.844379},
	{0.000037, 161.72, 24.198154},
	{0.000035, 239.56, 25.513099},
	{0.000023, 331.55, 3.592518},
}

// sunLongitude returns the Sun's apparent longitude in degrees, 0 up to 360, at
// a Julian day in universal time.
func sunLongitude(jd float64) float64 {
	t := (jd + deltaT(jd) - 2451545) / 36525
	l := 280.46646 + t*(36000.76983+t*0.0003032)
	m := 357.52911 + t*(35999.05029-t*0.0001537)
	c := (1.914602-t*(0.004817+t*0.000014))*sin(m) +
		(0.019993-t*0.000101)*sin(2*m) +
		0.000289*sin(3*m)
	apparent := l + c - 0.00569 - 0.00478*sin(125.04-1934.136*t)
	apparent = math.Mod(apparent, 360)
	if apparent < 0 {
		apparent += 360
	}
	return apparent
}

// deltaT returns dynamical minus universal time in days, by the polynomials of
// Espenak and Meeus (NASA, Five Millennium Canon of Solar Eclipses).
func deltaT(jd float64) float64 {
	y := 2000 + (jd-2451544.5)/365.2425
	var s float64
	switch {
	case y < 1900 || y >= 2150:
		u := (y - 1820) / 100
		s = -20 + 32*u*u
	case y < 1920:
		t := y - 1900
		s = -2.79 + t*(1.494119+t*(-0.0598939+t*(0.0061966-t*0.000197)))
	case y < 1941:
		t := y - 1920
		s = 21.20 + t*(0.84493+t*(-0.076100+t*0.0020936))
	case y < 1961:
		t := y - 1950
		s = 29.07 + t*(0.407+t*(-1.0/233+t/2547))
	case y < 1986:
		t := y - 1975
		s = 45.45 + t*(1.067+t*(-1.0/260-t/718))
	case y < 2005:
		t := y - 2000
		s = 63.86 + t*(0.3345+t*(-0.060374+t*(0.0017275+t*(0.000651814+t*0.00002373599))))
	case y < 2050:
		t := y - 2000
		s = 62.92 + t*(0.32217+t*0.005589)
	default:
		u := (y - 1820) / 100
		s = -20 + 32*u*u - 0.5628*(2150-y)
	}
	return s / 86400
}

func sin(degrees float64) float64 { return math.Sin(degrees * math.Pi / 180) }
