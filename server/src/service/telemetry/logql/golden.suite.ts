import type { Labels } from '@aiops/contract/model/label'

/**
 * One construct of the language: the query over these lines, and what comes out. Lines are a second apart, of the stream
 * `{app="shop"}` unless said. Of log queries the lines and the labels found in each; of metric queries the samples at the last line's
 * moment, `{labels} value`.
 */
export type Golden = {
  name: string
  query: string
  input: readonly (string | { line: string; stream: Labels })[]
  lines?: readonly string[]
  labels?: readonly Labels[]
  samples?: readonly string[]
}

export const web = ['GET /cart 200', 'POST /cart 500', 'GET /pay 200']
export const logfmt = [
  'method=GET status=200 took=20ms size=2KB',
  'method=POST status=500 took=1.5s size=1MB',
]
const json = ['{"method":"GET","user":{"id":7,"tags":["a","b"]}}', '{"method":"POST"', '[]']
export const streams = [
  { line: 'a', stream: { app: 'shop', env: 'prod' } },
  { line: 'bb', stream: { app: 'shop', env: 'test' } },
  { line: 'ccc', stream: { app: 'pay', env: 'prod' } },
]
export const shop = '{app="shop"}'
export const selectorCases: readonly Golden[] = [
  { name: 'selector `=`', query: '{app="pay"}', input: streams, lines: ['ccc'] },
  { name: 'selector `!=`', query: '{app=~".+", env!="prod"}', input: streams, lines: ['bb'] },
  { name: 'selector `=~`', query: '{app=~"sh.*|x"}', input: streams, lines: ['a', 'bb'] },
  { name: 'selector `!~`', query: '{env="prod", app!~"sh.*"}', input: streams, lines: ['ccc'] },
  { name: 'comment `#`', query: '{app="pay"} # all of it\n|= "c" # only c', input: streams, lines: ['ccc'] },
  {
    name: 'line filter `|=`',
    query: `${shop} |= "cart"`,
    input: web,
    lines: ['GET /cart 200', 'POST /cart 500'],
  },
  { name: 'line filter `!=`', query: `${shop} != "cart"`, input: web, lines: ['GET /pay 200'] },
  { name: 'line filter `|~`', query: `${shop} |~ "^GET .*/c"`, input: web, lines: ['GET /cart 200'] },
  { name: 'line filter `!~`', query: `${shop} !~ "(?i)get"`, input: web, lines: ['POST /cart 500'] },
  {
    name: 'line filter `|>`',
    query: `${shop} |> "<_> /cart <_>"`,
    input: web,
    lines: ['GET /cart 200', 'POST /cart 500'],
  },
  { name: 'line filter `!>`', query: `${shop} !> "GET <_>"`, input: web, lines: ['POST /cart 500'] },
  {
    name: 'line filter chain `or`',
    query: `${shop} |= "pay" or "500"`,
    input: web,
    lines: ['POST /cart 500', 'GET /pay 200'],
  },
  {
    name: 'negative line filter chain `or`',
    query: `${shop} != "pay" or "500"`,
    input: web,
    lines: ['GET /cart 200'],
  },
  {
    ...{ name: 'line filter `ip()`', query: `${shop} |= ip("10.0.0.0/8")` },
    ...{ input: ['from 10.1.2.3 ok', 'from 110.1.2.3 ok', 'from 192.168.0.1'], lines: ['from 10.1.2.3 ok'] },
  },
  {
    ...{ name: 'line filter `!= ip()`', query: `${shop} != ip("2001:db8::-2001:db8::ff")` },
    ...{ input: ['peer 2001:db8::5 up', 'peer 2001:db8::100 up'], lines: ['peer 2001:db8::100 up'] },
  },
]

export const stageCases: readonly Golden[] = [
  {
    ...{ name: '`json`', query: `${shop} | json`, input: json, lines: json },
    labels: [
      { method: 'GET', user_id: '7' },
      {
        ...{ method: 'POST', __error__: 'JSONParserErr' },
        __error_details__: "Value looks like object, but can't find closing '}' symbol",
      },
      { __error__: 'JSONParserErr', __error_details__: 'expecting json object({), but it is not' },
    ],
  },
  {
    ...{ name: '`json` with expressions', query: `${shop} | json id="user.id", tag="user.tags[1]", method` },
    ...{ input: [json[0]!], labels: [{ id: '7', tag: 'b', method: 'GET' }] },
  },
  {
    ...{ name: '`logfmt`', query: `${shop} | logfmt`, input: ['a=1 b="x \\"y\\"" c= flag ==bad'] },
    labels: [{ a: '1', b: 'x "y"' }],
  },
  {
    name: '`logfmt --keep-empty`',
    query: `${shop} | logfmt --keep-empty | d=""`,
    input: ['a=1 c= flag'],
    labels: [{ a: '1' }],
  },
  {
    ...{ name: '`logfmt --strict`', query: `${shop} | logfmt --strict`, input: ['a=1 =2'] },
    labels: [
      {
        a: '1',
        __error__: 'LogfmtParserErr',
        __error_details__: "logfmt syntax error at pos 5 : unexpected '='",
      },
    ],
  },
  {
    ...{
      name: '`logfmt` with expressions',
      query: `${shop} | logfmt verb="method", status`,
      input: [logfmt[0]!],
    },
    labels: [{ verb: 'GET', status: '200' }],
  },
  {
    ...{ name: '`pattern`', query: `${shop} | pattern "<method> /<_> <status>"`, input: web.slice(0, 1) },
    labels: [{ method: 'GET', status: '200' }],
  },
  {
    ...{
      name: '`regexp`',
      query: `${shop} | regexp "(?P<method>[A-Z]+) (?P<path>\\\\S+)"`,
      input: web.slice(1, 2),
    },
    labels: [{ method: 'POST', path: '/cart' }],
  },
  {
    ...{ name: '`unpack`', query: `${shop} | unpack`, input: ['{"pod":"a","n":1,"_entry":"the line"}'] },
    ...{ lines: ['the line'], labels: [{ pod: 'a' }] },
  },
  {
    name: 'parsed label beside one of the stream',
    query: `${shop} | logfmt`,
    input: ['app=other'],
    labels: [{ app_extracted: 'other' }],
  },
  {
    name: 'label filter on text',
    query: `${shop} | logfmt | method=~"P.*"`,
    input: logfmt,
    lines: [logfmt[1]!],
  },
  {
    name: 'label filter on a number',
    query: `${shop} | logfmt | status >= 500`,
    input: logfmt,
    lines: [logfmt[1]!],
  },
  {
    name: 'label filter on a duration',
    query: `${shop} | logfmt | took > 1s`,
    input: logfmt,
    lines: [logfmt[1]!],
  },
  {
    name: 'label filter on bytes',
    query: `${shop} | logfmt | size < 10KiB`,
    input: logfmt,
    lines: [logfmt[0]!],
  },
  {
    name: 'label filter `ip()`',
    query: `${shop} | logfmt | from=ip("10.0.0.1-10.0.0.9")`,
    input: ['from=10.0.0.4', 'from=10.0.0.40'],
    lines: ['from=10.0.0.4'],
  },
  {
    name: 'label filters `and` `or` `( )`',
    query: `${shop} | logfmt | (status = 200 or took > 1s) and method != "POST"`,
    input: logfmt,
    lines: [logfmt[0]!],
  },
  {
    name: 'label filters by comma and side by side',
    query: `${shop} | logfmt | status > 100, took < 1s method="GET"`,
    input: logfmt,
    lines: [logfmt[0]!],
  },
  {
    ...{ name: '`__error__`', query: `${shop} | json | __error__=""`, input: json, lines: [json[0]!] },
  },
  {
    ...{ name: 'error of a label filter', query: `${shop} | logfmt | v > 1`, input: ['v=x'] },
    labels: [
      {
        v: 'x',
        __error__: 'LabelFilterErr',
        __error_details__: 'strconv.ParseFloat: parsing "x": invalid syntax',
      },
    ],
  },
  {
    ...{
      name: '`line_format`',
      query: `${shop} | logfmt | line_format "{{.method | lower}} {{ .status }}"`,
      input: [logfmt[0]!],
    },
    lines: ['get 200'],
  },
  {
    ...{
      name: '`line_format` with `if`, `with`, `range`',
      query: `${shop} | logfmt | line_format \`{{ if eq .method "GET" }}read{{ else }}write{{ end }}{{ range $i, $x := fromJson "[1,2]" }} {{$i}}:{{$x}}{{ end }}{{ with .status }} {{ . }}{{ end }}\``,
    },
    ...{ input: [...logfmt], lines: ['read 0:1 1:2 200', 'write 0:1 1:2 500'] },
  },
  {
    ...{
      name: '`label_format`',
      query: `${shop} | logfmt | label_format verb=method, both="{{.status}}-{{.size}}" | keep verb, both`,
      input: [logfmt[0]!],
    },
    labels: [{ verb: 'GET', both: '200-2KB' }],
  },
  {
    name: '`decolorize`',
    query: `${shop} | decolorize`,
    input: ['\u001b[31mred\u001b[0m plain'],
    lines: ['red plain'],
  },
  {
    name: '`drop`',
    query: `${shop} | logfmt | drop took, status="200", size`,
    input: [...logfmt],
    labels: [{ method: 'GET' }, { method: 'POST', status: '500' }],
  },
  {
    name: '`keep`',
    query: `${shop} | logfmt | keep method, status="500"`,
    input: [...logfmt],
    labels: [{ method: 'GET' }, { method: 'POST', status: '500' }],
  },
]
