/** A query that means harm: what is asked, with its form for a POST. */
export type HostileQuery = { name: string; path: string; form?: Record<string, string> }

const hourMs = 3_600_000
const seconds = (ms: number): string => (ms / 1_000).toFixed(3)

const instant = (name: string, query: string): HostileQuery => ({
  ...{ name, path: '/prometheus/api/v1/query', form: { query } },
})
const range = (
  name: string,
  query: string,
  stepMs: number,
  rangeMs: number,
  nowMs: number,
): HostileQuery => ({
  name,
  path: '/prometheus/api/v1/query_range',
  form: { query, start: seconds(nowMs - rangeMs), end: seconds(nowMs), step: seconds(stepMs) },
})
const logs = (name: string, query: string, nowMs: number): HostileQuery => ({
  name,
  path: '/loki/api/v1/query_range',
  form: { query, start: `${nowMs - hourMs}000000`, end: `${nowMs}000000`, limit: '5000', step: '1' },
})
const traces = (name: string, query: string, path = '/tempo/api/search'): HostileQuery => ({
  ...{ name, path: `${path}?${new URLSearchParams({ q: query, limit: '10000', spss: '100' })}` },
})

const all = '{__name__=~".+"}'
const nested = (open: string, inner: string, close: string, depth: number): string =>
  open.repeat(depth) + inner + close.repeat(depth)

/** Known ways to hurt a server by a query, by name. `nowMs` is the end of every range. */
export function knownBombs(nowMs: number): HostileQuery[] {
  return [...metricBombs(nowMs), ...listingBombs(), ...logBombs(nowMs), ...traceBombs()]
}

function metricBombs(nowMs: number): HostileQuery[] {
  return [
    instant('every series', all),
    range('every series over a day', all, 15_000, 86_400_000, nowMs),
    range('every series, 11,000 steps', all, 1_000, 10_900_000, nowMs),
    instant('count of every series', `count(${all})`),
    instant('a year at a second', 'max_over_time(bomb_1[1y:1s])'),
    instant('a year at a second, of a number', 'max_over_time(vector(1)[1y:1s])'),
    instant(
      'subqueries in subqueries',
      'max_over_time(max_over_time(max_over_time(bomb_1[1d:1s])[1d:1s])[1d:1s])',
    ),
    range('a subquery at each step', 'sum_over_time(bomb_1[10h:1s])', 1_000, 10_000_000, nowMs),
    instant('a range of a thousand years', `count_over_time(${all}[1000y])`),
    range('a wide window at each step', `quantile_over_time(0.9, ${all}[1d])`, 15_000, 86_400_000, nowMs),
    instant('a nested regular expression', '{pod=~"(pod-?)*((([0-9]+)+)+)+x"}'),
    instant('counted repetitions', '{pod=~"((((p|o|d|-){1,30}){1,30}){1,30}){1,30}"}'),
    instant(
      'an alternation of thousands',
      `{pod=~"${Array.from({ length: 8_000 }, (_, i) => `p${i}`).join('|')}"}`,
    ),
    instant('a slow expression on every pod', '{pod=~".*1.*2.*3.*4.*|(.*.*.*.*x)"}'),
    instant('no expression at all', '{pod!~"x.*y.*z"}'),
    instant(
      'thousands of matchers',
      `{${Array.from({ length: 4_000 }, (_, i) => `pod!="p${i}"`).join(',')}}`,
    ),
    instant(
      'thousands of expressions',
      `{${Array.from({ length: 3_000 }, (_, i) => `pod!~".*${i}x"`).join(',')}}`,
    ),
    instant('every series with every series', `${all} * on(pod) group_left() ${all}`),
    instant('many to many', `${all} * on(job) group_left() ${all}`),
    instant(
      'groups of ten thousand',
      `label_replace(${all}, "__name__", "", "", "") * on(job) group_left(zone) label_replace(sum by (job, zone)(${all}), "a", "b", "", "")`,
    ),
    instant('a group of thousands on the one side', `bomb_1 * on() group_left(pod) topk(1, bomb_2)`),
    instant('and of everything', `${all} and ${all}`),
    instant('or of everything', `${all} or on(pod, __name__) ${all}`),
    instant('unless of everything', `${all} unless on(zone) ${all}`),
    range('every series against every series', `${all} + ignoring(x) ${all}`, 60_000, hourMs, nowMs),
    instant('count_values', `count_values without() ("v", ${all})`),
    range('count_values over steps', `count_values("v", ${all})`, 60_000, hourMs, nowMs),
    instant('topk of a billion', `topk(1e9, ${all})`),
    range('topk over steps', `topk(1e9, ${all})`, 60_000, hourMs, nowMs),
    range('topk of one over steps', `topk(1, ${all})`, 15_000, hourMs * 3, nowMs),
    instant('bottomk of each', `bottomk by (pod) (1e9, ${all})`),
    instant('limitk', `limitk(1e9, ${all})`),
    instant('quantile', `quantile by (zone) (0.5, ${all})`),
    range('quantile over steps', `quantile(0.5, ${all})`, 15_000, hourMs, nowMs),
    instant('sort', `sort_desc(${all})`),
    instant('sort by label', `sort_by_label(${all}, "pod", "zone")`),
    instant('a value many times over', `label_replace(bomb_1, "x", "${'$1'.repeat(5_000)}", "pod", "(.*)")`),
    instant(
      'ever longer labels',
      `${'label_join('.repeat(25)}bomb_1${', "pod", ",", "pod", "pod")'.repeat(25)}`,
    ),
    instant('label_replace of everything', `label_replace(${all}, "pod", "$1$1$1$1", "pod", "(.*)(.*)(.*)")`),
    instant('a bomb of a pattern', `label_replace(${all}, "x", "$1", "pod", "((a|b|c|d|p){1,100}){1,10}.*")`),
    instant('a thousand parentheses', nested('(', '1', ')', 1_000)),
    instant('thirty thousand parentheses', nested('(', '1', ')', 30_000)),
    instant('a minus sixty thousand times', `${'-'.repeat(60_000)}1`),
    instant('functions in functions', nested('abs(', 'bomb_1', ')', 10_000)),
    instant('a thousand functions of everything', nested('abs(', all, ')', 500)),
    instant('thirty thousand sums', Array(30_000).fill('1').join('+')),
    instant('powers of powers', Array(20_000).fill('2').join('^')),
    instant('everything thousands of times', Array(3_000).fill(all).join(' or ')),
    instant('one name thousands of times', Array(9_000).fill('bomb_1').join('+')),
    instant('64 KiB of spaces', `${' '.repeat(65_000)}1`),
    instant('a string of 64 KiB', `"${'\\x41'.repeat(16_000)}"`),
    instant('a label name of 64 KiB', `{${'a'.repeat(65_000)}="1"}`),
    instant(
      'thousands of groupings',
      `sum by (${Array.from({ length: 8_000 }, (_, i) => `l${i}`).join(',')}) (${all})`,
    ),
    instant('a far future', `${all} @ 9223372036854775`),
    instant('a far offset', `sum_over_time(${all}[5m] offset -100y)`),
    instant('histogram_quantile of everything', `histogram_quantile(0.9, ${all})`),
    instant('absent of a subquery', `absent_over_time(${all}[30d:1s])`),
    instant('predict everything', `predict_linear(${all}[1h], 1e9)`),
    instant('info of everything', `info(${all})`),
    range(
      'a scalar of 11,000 steps thousands of times',
      Array(3_000).fill('time()').join('+'),
      1_000,
      10_900_000,
      nowMs,
    ),
  ]
}

function listingBombs(): HostileQuery[] {
  const api = '/prometheus/api/v1'
  const many = new URLSearchParams(Array.from({ length: 300 }, () => ['match[]', '{pod=~".*"}'])).toString()
  return [
    { name: 'label values of each pod', path: `${api}/label/pod/values` },
    { name: 'label values by selector', path: `${api}/label/pod/values?match[]=${encodeURIComponent(all)}` },
    { name: 'label names', path: `${api}/labels` },
    { name: 'label names by selector', path: `${api}/labels?match[]=${encodeURIComponent(all)}` },
    { name: 'all series', path: `${api}/series?match[]=${encodeURIComponent(all)}` },
    { name: 'all series many times', path: `${api}/series?${many}` },
    { name: 'status of the store', path: `${api}/status/tsdb?limit=10000` },
    { name: 'metadata', path: `${api}/metadata` },
    { name: 'a deep tree', path: `${api}/parse_query`, form: { query: nested('(', '1', ')', 30_000) } },
    {
      name: 'a tree of 64 KiB',
      path: `${api}/parse_query`,
      form: { query: Array(9_000).fill('bomb_1').join('+') },
    },
    {
      name: 'a canonical form of 64 KiB',
      path: `${api}/format_query`,
      form: { query: Array(9_000).fill('bomb_1').join('+') },
    },
    { name: 'own series', path: '/api/v1/series?limit=100000' },
    { name: 'overview', path: '/api/v1/overview' },
  ]
}

function logBombs(nowMs: number): HostileQuery[] {
  const each = '{app=~".+"}'
  return [
    logs('every line', each, nowMs),
    logs('a nested expression on every line', `${each} |~ "(a+)+$"`, nowMs),
    logs('counted repetitions on every line', `${each} |~ "((a{1,30}){1,30}){1,3}b"`, nowMs),
    logs('a named group on every line', `${each} | regexp "(?P<x>(a|a)*)(?P<y>.*)"`, nowMs),
    logs('a thousand filters', each + Array.from({ length: 1_000 }, (_, i) => ` != "x${i}"`).join(''), nowMs),
    logs(
      'five hundred expressions',
      each + Array.from({ length: 500 }, (_, i) => ` !~ "x.*${i}"`).join(''),
      nowMs,
    ),
    logs('rates of each line', `rate(${each} | regexp "path=(?P<path>\\\\S+)" [1h])`, nowMs),
    logs('a label for each line', `sum by (path) (count_over_time(${each} | logfmt [5m]))`, nowMs),
    logs(
      'a quantile of every line',
      `quantile_over_time(0.5, ${each} | logfmt | unwrap duration(took) [1h]) by (path)`,
      nowMs,
    ),
    logs('json of every line', `${each} | json | logfmt | unpack | decolorize`, nowMs),
    logs(
      'a template of every line',
      `${each} | line_format "{{ range $i, $e := (split \\"\\" __line__) }}{{ $e }}{{ end }}"`,
      nowMs,
    ),
    logs(
      'a template that grows',
      `${each} | line_format "${'{{ __line__ }}'.repeat(200)}" | line_format "${'{{ __line__ }}'.repeat(200)}"`,
      nowMs,
    ),
    logs('a template that repeats', `${each} | line_format "{{ repeat 100000000 \\"x\\" }}"`, nowMs),
    logs('a template that pads', `${each} | line_format "{{ alignLeft 1000000000 __line__ }}"`, nowMs),
    logs('deep parentheses', nested('(', `rate(${each}[1m])`, ')', 5_000), nowMs),
    logs('many rates', Array(1_500).fill(`rate(${each}[1m])`).join(' or '), nowMs),
    logs(
      'everything with everything',
      `count_over_time(${each}[1h]) * on() group_left() count_over_time(${each}[1h])`,
      nowMs,
    ),
    logs('topk of a billion', `topk(1e9, count_over_time(${each} | logfmt [1h]))`, nowMs),
    logs('detected fields', `${each}`, nowMs),
    { name: 'log labels', path: '/loki/api/v1/labels' },
    { name: 'log volume', path: `/loki/api/v1/index/volume_range?query=${encodeURIComponent(each)}&step=1` },
  ]
}

function traceBombs(): HostileQuery[] {
  return [
    traces('every trace', '{}'),
    traces('descendants of all', '{} >> {}'),
    traces('descendants of descendants', '{} >> {} >> {} >> {} >> {}'),
    traces('ancestors and siblings', '({} ~ {}) && ({} << {}) && ({} &>> {})'),
    traces('not descendants', '{} !>> {}'),
    traces('an expression on every span', '{ span.padding =~ "(a+)+$" }'),
    traces('counted repetitions', '{ span.padding =~ "((a{1,30}){1,30}){1,3}b" }'),
    traces('deep parentheses', `{ ${nested('(', '.a = 1', ')', 5_000)} }`),
    traces(
      'a thousand conditions',
      `{ ${Array.from({ length: 1_000 }, (_, i) => `.x${i} = ${i}`).join(' || ')} }`,
    ),
    traces('by every span', '{} | by(span:id) | count() > 0'),
    traces('select everything', '{} | select(span.padding, span.http.route, resource.service.name)'),
    traces('rate by span', '{} | rate() by (span:id)', '/tempo/api/metrics/query_range'),
    traces(
      'quantiles by span',
      '{} | quantile_over_time(duration, .5, .9, .99) by (name)',
      '/tempo/api/metrics/query_range',
    ),
    { name: 'tag values', path: '/tempo/api/v2/search/tag/span.padding/values' },
  ]
}

/** `count` queries made by chance from the grammars: the same for the same seed. */
export function madeBombs(count: number, random: () => number, nowMs: number): HostileQuery[] {
  const grammar = new Grammar(random)
  return Array.from({ length: count }, (_, i) => {
    const kind = random()
    const name = `made ${i}`
    if (kind < 0.35) return instant(name, grammar.vector(6))
    if (kind < 0.7)
      return range(
        name,
        grammar.vector(5),
        grammar.of([1_000, 15_000, 60_000]),
        grammar.of([hourMs, 3 * hourMs]),
        nowMs,
      )
    if (kind < 0.9) return logs(name, grammar.logs(), nowMs)
    return traces(name, grammar.traces(4))
  })
}

class Grammar {
  readonly #random: () => number
  constructor(random: () => number) {
    this.#random = random
  }
  of<T>(list: readonly T[]): T {
    return list[Math.floor(this.#random() * list.length)] as T
  }
  pattern(depth: number): string {
    if (depth === 0) return this.of(['.*', '.+', 'pod-[0-9]+', 'a', '[^x]', '1', 'zone', '(?i)JOB'])
    const inner = (): string => this.pattern(depth - 1)
    return this.of([
      () => `(${inner()})*`,
      () => `(${inner()}|${inner()})+`,
      () => `${inner()}${inner()}`,
      () => `(${inner()}){1,${this.of([3, 10, 30, 200])}}`,
      inner,
    ])()
  }
  selector(): string {
    const name = this.of(['bomb_1', 'bomb_2', '', '', 'none'])
    const label = this.of(['pod', 'job', 'zone', '__name__', 'nothing'])
    const op = this.of(['=~', '!~', '!=', '='])
    const value = op.endsWith('~') ? this.pattern(3) : this.of(['job-1', 'zone-7', ''])
    return `${name}{${label}${op}${JSON.stringify(value)}${name === '' ? ',job=~".+"' : ''}}`
  }
  window(): string {
    return this.of(['1m', '1h', '30d', '1y', '1h:1s', '1d:1s', '1y:1s', '5m:1ms'])
  }
  vector(depth: number): string {
    if (depth === 0) return this.selector()
    const inner = (): string => this.vector(depth - 1)
    const by = this.of(['', 'by (job)', 'by (pod)', 'by (zone)', 'without (pod)', 'without ()'])
    const on = this.of(['', 'on (pod)', 'on (job)', 'ignoring (pod)', 'on ()'])
    return this.of([
      () => `${this.of(['sum', 'avg', 'count', 'group', 'stddev'])} ${by} (${inner()})`,
      () =>
        `${this.of(['topk', 'bottomk', 'limitk', 'quantile'])} ${by} (${this.of(['1', '0.5', '1e9'])}, ${inner()})`,
      () => `count_values ${by} ("v", ${inner()})`,
      () =>
        `(${inner()} ${this.of(['+', '*', '/', '>', '== bool'])} ${on} ${on === '' ? '' : this.of(['', 'group_left ()', 'group_right (zone)'])} ${inner()})`,
      () => `(${inner()} ${this.of(['and', 'or', 'unless'])} ${on} ${inner()})`,
      () =>
        `${this.of(['rate', 'max_over_time', 'quantile_over_time', 'stddev_over_time', 'deriv']).replace(
          'quantile_over_time',
          'last_over_time',
        )}(${this.selector()}[${this.window()}])`,
      () => `max_over_time(${inner()}[${this.of(['1h:1m', '1d:1s', '1y:1s', '30d:1h'])}])`,
      () =>
        `label_replace(${inner()}, "${this.of(['pod', 'x'])}", "$1$1", "pod", ${JSON.stringify(this.pattern(2))})`,
      () =>
        `${this.of([
          'sort',
          'abs',
          'timestamp',
          'absent',
          'scalar',
          'vector(1) or sort_desc',
          'histogram_quantile',
        ]).replace('histogram_quantile', 'histogram_count')}(${inner()})`.replace(
          /^scalar\((.*)\)$/s,
          'vector(scalar($1))',
        ),
      () => `${this.selector()} ${this.of(['offset 1y', 'offset -1y', '@ 0', '@ end()'])}`,
    ])()
  }
  logs(): string {
    const stages = Array.from({ length: 1 + Math.floor(this.#random() * 4) }, () => this.stage()).join(' ')
    const lines = `{app=~".+"} ${stages}`
    return this.of([
      () => lines,
      () => `count_over_time(${lines} [${this.of(['1m', '1h'])}])`,
      () => `sum by (${this.of(['app', 'path', 'took'])}) (rate(${lines} [5m]))`,
      () => `topk(1e9, bytes_over_time(${lines} [1h]))`,
    ])()
  }
  stage(): string {
    return this.of([
      () => `|~ ${JSON.stringify(this.pattern(3))}`,
      () => `!~ ${JSON.stringify(this.pattern(2))}`,
      () => `| regexp ${JSON.stringify(`(?P<a>${this.pattern(2)})`)}`,
      () => '| logfmt',
      () => '| json',
      () => '| pattern "<a>path=<b> <c>"',
      () => `| label_format x="{{ repeat ${this.of([1, 1_000, 10_000_000])} .app }}"`,
      () => '| line_format "{{ __line__ }}{{ __line__ }}"',
    ])()
  }
  traces(depth: number): string {
    if (depth === 0)
      return this.of([
        '{}',
        '{ name =~ "(a*)*" }',
        '{ duration > 0s }',
        `{ span.padding =~ ${JSON.stringify(this.pattern(3))} }`,
      ])
    const [left, right] = [this.traces(depth - 1), this.traces(depth - 1)]
    return `(${left} ${this.of(['>>', '<<', '~', '&&', '||', '!>>', '&>>', '>'])} ${right})`
  }
}
