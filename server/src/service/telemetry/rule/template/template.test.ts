import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AlertTemplate, type TemplateWorld, templateProblem } from './template.ts'

const world: TemplateWorld = {
  query: async (text) =>
    text === 'none'
      ? []
      : [
          { labels: { instance: 'b', __value__: 'x' } as Record<string, string>, value: 21 },
          { labels: { instance: 'a' }, value: 11 },
        ],
  nowMs: 1_435_065_584_128,
  externalUrl: 'http://testhost:9090/path/prefix',
}
const expand = (text: string, value: number | string = 12.5): Promise<string> =>
  new AlertTemplate(text).expand(
    {
      labels: { instance: 'i-1', 'service.name': 'cart' },
      externalLabels: { cluster: 'eu' },
      externalUrl: 'http://x',
      value,
    },
    world,
    'A',
  )

describe('templates of alerting rules', () => {
  it.each([
    ['plain text', 'plain text'],
    ['{{ $labels.instance }} {{ .Labels.instance }} {{ $labels.absent }}|', 'i-1 i-1 |'],
    ['{{ index $labels "service.name" }}', 'cart'],
    ['{{ $value }} {{ .Value }} {{ $externalLabels.cluster }} {{ $externalURL }}', '12.5 12.5 eu http://x'],
    ['{{- /* nothing */ -}} a {{- " b " -}} c', 'a b c'],
    ['{{ 1 }}{{ 1.0 }}{{ 1e6 }}{{ 0x10 }}{{ true }}{{ `raw\\n` }}', '111e+0616trueraw\\n'],
    ['{{ if gt $value 10.0 }}high{{ else if gt $value 5.0 }}middle{{ else }}low{{ end }}', 'high'],
    ['{{ if eq 1 2 3 1 }}yes{{ end }}{{ if ne "a" "b" }}no{{ end }}', 'yesno'],
    ['{{ with $x := 5 }}{{ $x }}{{ end }}{{ with "" }}a{{ else }}b{{ end }}', '5b'],
    ['{{ $x := "a" }}{{ if true }}{{ $x = "b" }}{{ end }}{{ $x }}', 'b'],
    [
      '{{ range $i, $s := query "metric" }}{{ $i }}:{{ $s.Labels.instance }}={{ .Value }};{{ end }}',
      '0:b=21;1:a=11;',
    ],
    ['{{ range query "none" }}x{{ else }}empty{{ end }}', 'empty'],
    [
      '{{ range query "m" }}{{ if eq (label "instance" .) "a" }}{{ break }}{{ end }}{{ .Value }}{{ end }}',
      '21',
    ],
    ['{{ range query "m" | sortByLabel "instance" }}{{ value . }} {{ end }}', '11 21 '],
    [
      '{{ query "m" | first | value }} {{ query "m" | first | label "instance" }} {{ query "m" | first | strvalue }}',
      '21 b x',
    ],
    ['{{ printf "%.2f|%5d|%-4s|%q|%v|%s" 1.005 7 "ab" "c" 1.5 "d" }}', '1.00|    7|ab  |"c"|1.5|d'],
    ['{{ printf "%d %s" 1.5 2 }}', '%!d(float64=1.5) %!s(int=2)'],
    ['{{ 1234567.0 | humanize }} {{ humanize 0.001234 }} {{ humanize "12" }}', '1.235M 1.234m 12'],
    ['{{ humanize1024 1048576.0 }} {{ humanizePercentage 0.1234567 }}', '1Mi 12.35%'],
    [
      '{{ humanizeDuration 90061.5 }} {{ humanizeDuration 0.05 }} {{ humanizeDuration 59.5 }}',
      '1d 1h 1m 1s 50ms 59.5s',
    ],
    ['{{ humanizeTimestamp 1435065584.128 }}', '2015-06-23 13:19:44.128 +0000 UTC'],
    [
      '{{ reReplaceAll "(a)b" "x$1" "ab-ab" }} {{ match "a+" "caat" }} {{ title "a b" }}{{ toUpper "c" }}{{ toLower "D" }}',
      'xa-xa true A BCd',
    ],
    [
      '{{ pathPrefix }} {{ stripPort "h:80" }} {{ stripPort "[::1]:80" }} {{ stripDomain "a.b.c:80" }}',
      '/path/prefix h ::1 a:80',
    ],
    ['{{ define "t" }}<{{ . }}>{{ end }}{{ template "t" "x" }}', '<x>'],
    ['{{ and 1 0 }}{{ or 0 "x" }}{{ not true }}{{ len "äb" }}{{ slice "abc" 1 2 }}', '0xfalse3b'],
    ['{{ args 1 "b" }} {{ (args 1 "b").arg1 }}', 'map[arg0:1 arg1:b] b'],
    ['{{ print 1 2 "a" 3 }} {{ html "<a>" }} {{ urlquery "a b" }}', '1 2a3 &lt;a&gt; a+b'],
    ['{{ parseDuration "1h30m" }} {{ toDuration 90 }} {{ now }}', '5400 1m30s 1.435065584128e+09'],
  ])('%s gives %s', async (text, expected) => {
    expect(await expand(text)).toBe(expected)
  })

  it.each([
    ['{{ gt $value 10 }}', 'incompatible types for comparison'],
    ['{{ .Nothing }}', "can't evaluate field Nothing in type template.alertTemplateData"],
    ['{{ query "none" | first }}', 'first() called on vector with no elements'],
    ['{{ humanize "x" }}', 'invalid syntax'],
    ['{{ define "t" }}{{ template "t" }}{{ end }}{{ template "t" }}', 'exceeded maximum template depth'],
  ])('%s says in its place what is wrong', async (text, why) => {
    expect(await expand(text)).toContain('<error expanding template: error executing template __alert_A: ')
    expect(await expand(text)).toContain(why)
  })

  it.each([
    ['{{ nonsense 1 }}', 'function "nonsense" not defined'],
    ['{{ $x }}', 'undefined variable "$x"'],
    ['{{ if true }}', 'unexpected EOF'],
    ['{{ "a }}', 'unterminated quoted string'],
    ['{{', 'unclosed action'],
    ['{{ break }}', 'outside {{range}}'],
    ['{{ }}', 'missing value'],
    ['{{ 1 | 2 }}', 'non executable command in pipeline stage 2'],
    ['{{ end }}', 'unexpected {{end}}'],
  ])('%s is refused when it is read', (text, why) => {
    expect(templateProblem(text)).toContain(why)
  })

  it('never fails but with a reason', async () => {
    const piece = fc.constantFrom(
      ...[
        '{{',
        '}}',
        '{{-',
        '-}}',
        ' ',
        'if',
        'range',
        'end',
        'else',
        'with',
        '$value',
        '$labels',
        '.Labels',
        '.x',
        '|',
      ],
      ...[
        '"a"',
        '1',
        '1.5',
        '(',
        ')',
        ':=',
        '$a',
        'printf',
        'query',
        'first',
        'humanize',
        'eq',
        'define',
        'template',
        ',',
      ],
    )
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 25 }), async (pieces) => {
        const text = pieces.join(' ')
        if (templateProblem(text) === undefined) expect(typeof (await expand(text))).toBe('string')
      }),
      { numRuns: 500 },
    )
  })
})
