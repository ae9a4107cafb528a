import { bytesOf, durationOf } from '../quantity.ts'
import { compilePattern } from '../stage/pattern-text.ts'
import { jsonValue } from './json-value.ts'
import { numberFunctions } from './number-function.ts'
import { timeFunctions } from './time-function.ts'
import {
  Float,
  integer,
  isTrue,
  Moment,
  printed,
  TemplateError,
  type TemplateFunction,
  type Value,
} from './value.ts'

/** Longest text a function may make. */
const textMax = 1_048_576
const text = (count: number, run: (...args: string[]) => Value): TemplateFunction => ({
  args: [count, count],
  run: (args) => run(...args.map(printed)),
})
const any = Number.POSITIVE_INFINITY

const stringFunctions: Record<string, TemplateFunction> = {
  lower: text(1, (s) => s!.toLowerCase()),
  upper: text(1, (s) => s!.toUpperCase()),
  ToLower: text(1, (s) => s!.toLowerCase()),
  ToUpper: text(1, (s) => s!.toUpperCase()),
  title: text(1, (s) =>
    s!.replace(
      /(^|[^\p{L}\p{N}_'])(\p{L})/gu,
      (_, before: string, letter: string) => before + letter.toUpperCase(),
    ),
  ),
  Title: text(1, (s) =>
    s!.replace(
      /(^|[^\p{L}\p{N}_'])(\p{L})/gu,
      (_, before: string, letter: string) => before + letter.toUpperCase(),
    ),
  ),
  trim: text(1, (s) => s!.trim()),
  TrimSpace: text(1, (s) => s!.trim()),
  trimAll: text(2, (cut, s) => trimmed(s!, cut!, true, true)),
  trimPrefix: text(2, (prefix, s) =>
    prefix !== '' && s!.startsWith(prefix!) ? s!.slice(prefix!.length) : s!,
  ),
  trimSuffix: text(2, (suffix, s) =>
    suffix !== '' && s!.endsWith(suffix!) ? s!.slice(0, -suffix!.length) : s!,
  ),
  Trim: text(2, (s, cut) => trimmed(s!, cut!, true, true)),
  TrimLeft: text(2, (s, cut) => trimmed(s!, cut!, true, false)),
  TrimRight: text(2, (s, cut) => trimmed(s!, cut!, false, true)),
  TrimPrefix: text(2, (s, prefix) =>
    prefix !== '' && s!.startsWith(prefix!) ? s!.slice(prefix!.length) : s!,
  ),
  TrimSuffix: text(2, (s, suffix) =>
    suffix !== '' && s!.endsWith(suffix!) ? s!.slice(0, -suffix!.length) : s!,
  ),
  contains: text(2, (part, s) => s!.includes(part!)),
  hasPrefix: text(2, (part, s) => s!.startsWith(part!)),
  hasSuffix: text(2, (part, s) => s!.endsWith(part!)),
  replace: text(3, (old, fresh, s) => bounded(s!.replaceAll(old!, () => fresh!))),
  Replace: {
    args: [4, 4],
    run: ([s, old, fresh, count]) =>
      replaceSome(printed(s!), printed(old!), printed(fresh!), integer(count!)),
  },
  indent: { args: [2, 2], run: ([n, s]) => indented(integer(n!), printed(s!)) },
  nindent: { args: [2, 2], run: ([n, s]) => `\n${indented(integer(n!), printed(s!))}` },
  repeat: {
    args: [2, 2],
    run([n, s]) {
      const count = Math.max(0, integer(n!))
      if (count * printed(s!).length > textMax) throw new TemplateError('repeat makes too long a text')
      return printed(s!).repeat(count)
    },
  },
  substr: {
    args: [3, 3],
    run([start, end, s]) {
      const [from, to, all] = [integer(start!), integer(end!), printed(s!)]
      if (from < 0) return all.slice(0, Math.max(0, to))
      return to < 0 || to > all.length ? all.slice(from) : all.slice(from, to)
    },
  },
  trunc: {
    args: [2, 2],
    run([n, s]) {
      const [count, all] = [integer(n!), printed(s!)]
      if (count < 0) return all.length + count > 0 ? all.slice(all.length + count) : all
      return all.slice(0, count)
    },
  },
  alignLeft: { args: [2, 2], run: ([n, s]) => aligned(integer(n!), printed(s!), true) },
  alignRight: { args: [2, 2], run: ([n, s]) => aligned(integer(n!), printed(s!), false) },
  b64enc: text(1, (s) => Buffer.from(s!).toString('base64')),
  b64dec: text(1, (s) => Buffer.from(s!, 'base64').toString()),
  urlencode: text(1, (s) =>
    encodeURIComponent(s!)
      .replace(/%20/g, '+')
      .replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`),
  ),
  urldecode: text(1, (s) => {
    try {
      return decodeURIComponent(s!.replaceAll('+', ' '))
    } catch {
      throw new TemplateError(`invalid URL escape in ${JSON.stringify(s!.slice(0, 64))}`)
    }
  }),
  regexReplaceAll: text(3, (regex, s, to) =>
    bounded(
      compilePattern(regex!)
        .matcher(s!)
        .replaceAll(to!.replace(/\$\{(\w+)\}/g, '$$$1'), false),
    ),
  ),
  regexReplaceAllLiteral: text(3, (regex, s, to) =>
    bounded(
      compilePattern(regex!)
        .matcher(s!)
        .replaceAll(() => to!),
    ),
  ),
  count: text(2, (regex, s) => {
    const matcher = compilePattern(regex!).matcher(s!)
    let count = 0
    while (matcher.find()) count += 1
    return count
  }),
  default: { args: [2, 2], run: ([standard, value]) => (isTrue(value!) ? value! : standard!) },
  fromJson: text(1, (s) => jsonValue(s!)),
  bytes: text(1, (s) => {
    const value = bytesOf(s!)
    if (value === undefined) throw new TemplateError(`invalid size: ${JSON.stringify(s)}`)
    return new Float(value)
  }),
  duration: text(1, seconds),
  duration_seconds: text(1, seconds),
  __line__: { args: [0, 0], run: (_, { line }) => line },
  __timestamp__: { args: [0, 0], run: (_, { timeMs }) => new Moment(timeMs) },
  print: { args: [0, any], run: (args) => args.map(printed).join('') },
  println: { args: [0, any], run: (args) => `${args.map(printed).join(' ')}\n` },
  printf: { args: [1, any], run: ([form, ...args]) => formatted(printed(form!), args) },
  len: {
    args: [1, 1],
    run: ([value]) =>
      Array.isArray(value)
        ? value.length
        : value instanceof Map
          ? value.size
          : Buffer.byteLength(printed(value!)),
  },
  index: { args: [1, any], run: ([of, ...keys]) => keys.reduce<Value>(itemOf, of!) },
  urlquery: text(1, (s) => encodeURIComponent(s!)),
}

/** All functions by name. */
export const functions: ReadonlyMap<string, TemplateFunction> = new Map(
  Object.entries({ ...stringFunctions, ...numberFunctions, ...timeFunctions }),
)

function bounded(made: string): string {
  if (made.length > textMax) throw new TemplateError(`a text would have more than ${textMax} characters`)
  return made
}

function trimmed(s: string, cut: string, left: boolean, right: boolean): string {
  let [from, to] = [0, s.length]
  while (left && from < to && cut.includes(s[from]!)) from += 1
  while (right && to > from && cut.includes(s[to - 1]!)) to -= 1
  return s.slice(from, to)
}

function replaceSome(s: string, old: string, fresh: string, count: number): string {
  if (count < 0) return bounded(s.replaceAll(old, () => fresh))
  let left = count
  return bounded(s.replaceAll(old, (found) => (left-- > 0 ? fresh : found)))
}

function indented(count: number, s: string): string {
  const space = ' '.repeat(Math.min(Math.max(0, count), 1_000))
  return bounded(space + s.replaceAll('\n', `\n${space}`))
}

function aligned(count: number, s: string, left: boolean): string {
  const letters = [...s]
  if (count < 0 || letters.length === count) return s
  if (count > textMax) throw new TemplateError('the text is aligned too wide')
  if (letters.length > count)
    return (left ? letters.slice(0, count) : letters.slice(letters.length - count)).join('')
  const space = ' '.repeat(count - letters.length)
  return left ? s + space : space + s
}

function seconds(s: string | undefined): Value {
  const ms = durationOf(s ?? '', true)
  if (ms === undefined) throw new TemplateError(`time: invalid duration ${JSON.stringify(s)}`)
  return new Float(ms / 1_000)
}

function itemOf(of: Value, key: Value): Value {
  if (Array.isArray(of)) {
    const at = integer(key)
    if (at < 0 || at >= of.length) throw new TemplateError(`index out of range: ${at}`)
    return of[at]!
  }
  if (of instanceof Map) return of.get(printed(key)) ?? null
  throw new TemplateError("can't index this item")
}

/** Go's verbs for texts and numbers; width, precision and flags as there. */
function formatted(form: string, args: readonly Value[]): string {
  let next = 0
  const made = form.replace(
    /%([-+ 0#]*)(\d{0,4})(?:\.(\d{0,2}))?([a-zA-Z%])/g,
    (_, flags: string, width: string, precision: string | undefined, verb: string) => {
      if (verb === '%') return '%'
      if (next >= args.length) return `%!${verb}(MISSING)`
      const body = verbText(verb, args[next++]!, flags, precision)
      if (flags.includes('-')) return body.padEnd(Number(width))
      return flags.includes('0') && 'dfeg'.includes(verb) && !body.startsWith('-')
        ? body.padStart(Number(width), '0')
        : body.padStart(Number(width))
    },
  )
  return bounded(made)
}

function verbText(verb: string, value: Value, flags: string, precision: string | undefined): string {
  const number = value instanceof Float ? value.value : typeof value === 'number' ? value : undefined
  const signed = (body: string): string => (flags.includes('+') && !body.startsWith('-') ? `+${body}` : body)
  if (verb === 'v') return printed(value)
  if (verb === 's')
    return precision === undefined ? printed(value) : printed(value).slice(0, Number(precision))
  if (verb === 'q') return JSON.stringify(printed(value))
  if (verb === 't' && typeof value === 'boolean') return String(value)
  if (number === undefined) return `%!${verb}(string=${printed(value)})`
  if (verb === 'd' && typeof value === 'number') return signed(String(value))
  if (verb === 'x') return number.toString(16)
  if (verb === 'f') return signed(number.toFixed(Number(precision ?? 6)))
  if (verb === 'e')
    return signed(number.toExponential(Number(precision ?? 6)).replace(/e([+-])(\d)$/, 'e$10$2'))
  if (verb === 'g') return signed(printed(new Float(number)))
  return `%!${verb}(${printed(value)})`
}
