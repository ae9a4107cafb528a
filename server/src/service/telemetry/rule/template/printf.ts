import { exponentNumber, generalNumber, plainNumber } from '../../../../kernel/go-number.ts'
import { Int, printed, Span, typeOf, type Value } from './value.ts'

/** Widest field and most places: a template must not ask for gigabytes. */
const widthMax = 1_000

const verb = /%([+\-# 0]*)(\d+|\*)?(?:\.(\d*))?([a-zA-Z%])/g

type Form = { flags: string; width: number; precision: number }

/** `fmt.Sprintf`: the verbs that make sense of what templates hold; others say `%!v(type=value)` as there. */
export function sprintf(format: string, args: readonly Value[]): string {
  let next = 0
  const text = format.replace(verb, (_, flags: string, width?: string, precision?: string, letter = 'v') => {
    if (letter === '%') return '%'
    const star = width === '*' ? args[next++] : undefined
    const form: Form = {
      flags,
      width: Math.min(star instanceof Int ? Math.abs(star.value) : Number(width ?? 0) || 0, widthMax),
      precision: precision === undefined ? -1 : Math.min(Number(precision || 0), widthMax),
    }
    if (next >= args.length) return `%!${letter}(MISSING)`
    return padded(formatted(letter, args[next++]!, form), form)
  })
  if (next >= args.length) return text
  const extra = args.slice(next).map((value) => `${typeOf(value)}=${printed(value)}`)
  return `${text}%!(EXTRA ${extra.join(', ')})`
}

/** `fmt.Sprint`: a space between operands where neither is a string. */
export function sprint(args: readonly Value[]): string {
  let text = ''
  args.forEach((value, at) => {
    const before = args[at - 1]
    if (at > 0 && typeof value !== 'string' && typeof before !== 'string') text += ' '
    text += value === null ? '<nil>' : printed(value)
  })
  return text
}

function formatted(letter: string, value: Value, form: Form): string {
  const wrong = `%!${letter}(${typeOf(value)}=${value === null ? '' : printed(value)})`
  if (letter === 'v') return signed(printed(value, true), value, form)
  if (letter === 'T') return typeOf(value)
  if (letter === 't') return typeof value === 'boolean' ? String(value) : wrong
  if (value === null) return `%!${letter}(<nil>)`
  const float = typeof value === 'number' ? floatText(letter, value, form) : undefined
  if (float !== undefined) return signed(float, value, form)
  const whole = value instanceof Int ? value.value : value instanceof Span ? value.ns : undefined
  const int = whole === undefined ? undefined : intText(letter, whole, form)
  if (int !== undefined) return signed(int, value, form)
  const isText = typeof value === 'string' || typeof value === 'object'
  if (letter === 's' && isText && whole === undefined) return cut(printed(value), form)
  if (letter === 'q' && typeof value === 'string') return quoted(cut(value, form))
  if ((letter === 'x' || letter === 'X') && typeof value === 'string') {
    const hex = Buffer.from(value).toString('hex')
    return letter === 'x' ? hex : hex.toUpperCase()
  }
  return letter === 's' && value instanceof Span ? printed(value) : wrong
}

function floatText(letter: string, value: number, { precision }: Form): string | undefined {
  if (letter === 'f' || letter === 'F') return plainNumber(value, precision < 0 ? 6 : precision)
  if (letter === 'e') return exponentNumber(value, precision < 0 ? 6 : precision)
  if (letter === 'E') return exponentNumber(value, precision < 0 ? 6 : precision).toUpperCase()
  if (letter === 'g') return generalNumber(value, precision)
  return letter === 'G' ? generalNumber(value, precision).toUpperCase() : undefined
}

function intText(letter: string, value: number, { precision }: Form): string | undefined {
  const digits = (radix: number): string => {
    const text = Math.abs(value).toString(radix).padStart(Math.max(precision, 0), '0')
    return value < 0 ? `-${text}` : text
  }
  if (letter === 'd') return digits(10)
  if (letter === 'b') return digits(2)
  if (letter === 'o') return digits(8)
  if (letter === 'x') return digits(16)
  if (letter === 'X') return digits(16).toUpperCase()
  if (letter === 'c') return value >= 0 && value <= 0x10_ffff ? String.fromCodePoint(value) : '\ufffd'
  return letter === 'q' ? `'${String.fromCodePoint(Math.min(Math.max(value, 0), 0x10_ffff))}'` : undefined
}

const cut = (text: string, { precision }: Form): string =>
  precision < 0 ? text : [...text].slice(0, precision).join('')

export const quoted = (text: string): string => JSON.stringify(text).replaceAll('\\b', '\\x08')

function signed(text: string, value: Value, { flags }: Form): string {
  const isNumber = typeof value === 'number' || value instanceof Int
  if (!isNumber || /^[+-]/.test(text)) return text
  if (flags.includes('+')) return `+${text}`
  return flags.includes(' ') ? ` ${text}` : text
}

function padded(text: string, { flags, width }: Form): string {
  const missing = width - [...text].length
  if (missing <= 0) return text
  if (flags.includes('-')) return text + ' '.repeat(missing)
  const zeros = flags.includes('0') && /^[+-]?\d/.test(text)
  if (!zeros) return ' '.repeat(missing) + text
  const mark = /^[+-]/.exec(text)?.[0] ?? ''
  return mark + '0'.repeat(missing) + text.slice(mark.length)
}
