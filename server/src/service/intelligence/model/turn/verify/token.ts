import { type Measure, unitsOf } from './unit.ts'

/** One way to read a number: its value in the base unit of what it measures, and by how much its last digit counts there. */
export type Reading = { measure: Measure; value: number; step: number }

export type Token =
  /** `hedge`: APPROXIMATE "about 20", ABOVE "more than 20", BELOW "under 20". `per`: of "40 per minute", "minute". `ago`: it is an age. */
  | {
      kind: 'number'
      text: string
      at: number
      readings: readonly Reading[]
      hedge?: Hedge
      per?: string
      ago: boolean
    }
  /** A moment: milliseconds of the day and how exact, a date, or both. */
  | {
      kind: 'moment'
      text: string
      at: number
      clockMs?: number
      exactMs: number
      month?: number
      day?: number
      year?: number
    }
  /** `plain`: nothing but letters, in the case of ordinary words. */
  | { kind: 'word'; text: string; at: number; plain: boolean }

type Hedge = 'APPROXIMATE' | 'ABOVE' | 'BELOW'

const number = String.raw`[-+−]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:[eE][-+]?\d{1,3})?`
const month =
  'jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?'
/** In the order in which they are tried at one place. Each ends where its classes do. */
const shapes = new RegExp(
  [
    String.raw`(?<stamp>\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?Z?)?)(?![\w-])`,
    String.raw`(?<clock>\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?)(?![\w:]|\.\d)`,
    String.raw`(?<day>(?:\d{1,2}(?:st|nd|rd|th)? (?:${month})|(?:${month})\.? \d{1,2}(?:st|nd|rd|th)?)(?:,? \d{4})?)(?![\w-])`,
    String.raw`(?<digits>[-+−]?\d[\w.,:@/+-]*)`,
    String.raw`(?<word>[\p{L}_/][\p{L}\p{M}\d_]*(?:['’.:@/+\-_]+[\p{L}\p{M}\d_]+)*)`,
  ].join('|'),
  'giu',
)
const fraction = /^(\d{1,6})\/(\d{1,6})$/
const wholeNumber = new RegExp(`^(${number})([A-Za-zµμ]{0,6})(?:/(?:s|min|h|d))?$`)
const range = /^(\d+(?:\.\d+)?)-\d+(?:\.\d+)?[A-Za-z]{0,6}$/
const ordinal = /^(\d{1,3})(?:st|nd|rd|th)$/
const unitBehind = /^[\s\u00a0\u202f]?(bit\/s|[kMG]bit\/s|%|°C|℃|[\p{L}$µμ×]{1,12})(?![\p{L}\d])/u
const perBehind = /^\s?(?:[a-z]{1,16} )?(?:per |an? |\/)\s?(second|sec|s|minute|min|m|hour|h|day|d|week)\b/i

/** The numbers, moments and words of a text, in order. The text is taken as it is: make it NFKC first. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = []
  shapes.lastIndex = 0
  for (let match = shapes.exec(text); match; match = shapes.exec(text)) {
    const groups = match.groups ?? {}
    const [whole] = match
    const at = match.index
    if (groups.stamp) tokens.push(stampOf(groups.stamp, at))
    else if (groups.clock) tokens.push(clockOf(groups.clock, at))
    else if (groups.day) tokens.push(dayOf(groups.day, at))
    else if (groups.digits) {
      const { read, end } = digitsOf(text, whole, at)
      tokens.push(...read)
      shapes.lastIndex = end
    } else {
      const name = whole.replace(/['’]s$/, '')
      tokens.push(
        writtenNumber(text, name, at) ?? {
          kind: 'word',
          text: name,
          at,
          plain: /^[\p{L}’']+$/u.test(name) && !/\p{Ll}\p{Lu}|\p{Lu}{2}\p{Ll}/u.test(name),
        },
      )
    }
  }
  return tokens
}

/** What begins with a digit: a number with its unit, a fraction, a range; else a version, an address, a hash, which are names. */
function digitsOf(text: string, run: string, at: number): { read: Token[]; end: number } {
  const whole = run.replace(/[.,:@/+-]+$/, '')
  const [, left, right] = fraction.exec(whole) ?? []
  if (left !== undefined && right !== undefined)
    return { read: [bare(left, at), bare(right, at + left.length + 1)], end: at + whole.length }
  const [, nth] = ordinal.exec(whole) ?? []
  const end = at + whole.length
  if (nth !== undefined && /^ percentile/i.test(text.slice(end, end + 11)))
    return { read: [{ kind: 'word', text: `p${nth}`, at, plain: false }], end }
  if (nth !== undefined) return { read: [bare(nth, at)], end }
  const [, first] = range.exec(whole) ?? []
  const [, digits, letters = ''] = wholeNumber.exec(whole) ?? []
  const isNumber = digits !== undefined && (letters === '' || unitsOf(letters) !== undefined)
  const plainDigits = first ?? (isNumber ? digits : undefined)
  if (plainDigits === undefined) return { read: [{ kind: 'word', text: whole, at, plain: false }], end }
  const { token, end: ends } = numberOf(text, plainDigits, at)
  return { read: [token], end: ends }
}

const bare = (text: string, at: number): Token => ({
  ...{ kind: 'number', text, at, ago: false },
  readings: [{ measure: '', value: Number(text), step: 1 }],
})

function numberOf(text: string, whole: string, at: number): { token: Token; end: number } {
  const digits = whole.replace(/,/g, '').replace('−', '-')
  // The dash of a range is no sign: "3-5", "3–5".
  const signed =
    /^[-+]/.test(digits) && /(?:[\d%\p{L}]|\d\s)$/u.test(text.slice(Math.max(0, at - 2), at))
      ? digits.slice(1)
      : digits
  const value = Number(signed)
  const decimals = /\.(\d+)/.exec(signed)?.[1]?.length ?? 0
  const power = /e([-+]?\d+)$/i.exec(signed)?.[1] ?? '0'
  const step = 10 ** (Number(power) - decimals)
  let end = at + whole.length
  const behind = unitBehind.exec(text.slice(end, end + 16))
  const units = behind ? unitsOf(behind[1] ?? '') : undefined
  if (behind && units) end += behind[0].length
  const readings: Reading[] = (units ?? [{ measure: '' as const, factor: 1 }]).map(({ measure, factor }) => ({
    ...{ measure, value: value * factor, step: step * factor },
  }))
  // A share is written bare too: 0.14.
  if (!units && decimals > 0 && Math.abs(value) <= 1) readings.push({ measure: 'ratio', value, step })
  const compound = joined(text, end, readings)
  if (compound > end) end = compound
  const rateEnd =
    end + (/^\/(?:s|sec|m|min|h|d|day)(?![\p{L}\d])/u.exec(text.slice(end, end + 6))?.[0].length ?? 0)
  return {
    token: { kind: 'number', text: text.slice(at, end), at, readings, ...circumstance(text, at, end) },
    end: rateEnd,
  }
}

/** `2 h 5 min` is one length of time; adds to the readings and returns where it ends. */
function joined(text: string, from: number, readings: Reading[]): number {
  const [first] = readings
  if (first?.measure !== 'time' || first.step < 1) return from
  const next = /^ (\d{1,2}) ?(h|min|m|s)(?![\p{L}\d])/u.exec(text.slice(from, from + 12))
  const [unit] = next ? (unitsOf(next[2] ?? '') ?? []) : []
  if (!next || !unit || unit.factor >= first.step) return from
  readings.splice(0, readings.length, {
    ...{ measure: 'time', value: first.value + Number(next[1]) * unit.factor, step: unit.factor },
  })
  return joined(text, from + next[0].length, readings)
}

function circumstance(text: string, at: number, end: number): { hedge?: Hedge; per?: string; ago: boolean } {
  const before = text.slice(Math.max(0, at - 24), at)
  const behind = text.slice(end, end + 24)
  const hedge: Hedge | undefined =
    /(?:\b(?:about|around|roughly|approximately|nearly|almost|some|circa)\s|[~≈]\s?)$/i.test(before)
      ? 'APPROXIMATE'
      : /(?:\b(?:more than|over|above|at least|exceed\w*)\s|[>≥]\s?)$/i.test(before)
        ? 'ABOVE'
        : /(?:\b(?:less than|under|below|at most|fewer than)\s|[<≤]\s?)$/i.test(before)
          ? 'BELOW'
          : undefined
  const per = perBehind.exec(behind)?.[1]?.toLowerCase()[0]
  const ago =
    /^\s?(?:ago|earlier|old|now|long)\b/i.test(behind) ||
    /\b(?:for|since|last|past|in|over|these|within)\s(?:the\s)?(?:last\s|past\s|about\s)?$/i.test(before)
  return { ...(hedge ? { hedge } : {}), ...(per && per !== 's' ? { per } : {}), ago }
}

const words =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty'.split(
    ' ',
  )
const more: Readonly<Record<string, number>> = {
  thirty: 30,
  forty: 40,
  fifty: 50,
  sixty: 60,
  seventy: 70,
  eighty: 80,
  ninety: 90,
  hundred: 100,
  dozen: 12,
  twice: 2,
  double: 2,
  doubled: 2,
  triple: 3,
  tripled: 3,
  thrice: 3,
  tenfold: 10,
  half: 0.5,
}
const countable =
  /^\s(?:\w+\s)?(?:pods?|nodes?|services?|alerts?|clusters?|incidents?|workloads?|restarts?|deployments?|replicas?|errors?|gpus?|hosts?|times?|containers?|traces?|changes?|causes?|findings?)\b/i

function writtenNumber(text: string, word: string, at: number): Token | undefined {
  const lower = word.toLowerCase()
  const value = words.includes(lower) ? words.indexOf(lower) : more[lower]
  if (value === undefined) return undefined
  const end = at + word.length
  const before = text.slice(Math.max(0, at - 12), at)
  if (
    lower === 'one' &&
    !countable.test(text.slice(end, end + 40)) &&
    !/\b(?:only|just|exactly)\s$/i.test(before)
  )
    return undefined
  if (lower === 'half' && !/^\s(?:of|the)\b/i.test(text.slice(end, end + 6))) return undefined
  const units = unitsOf(/^\s(\p{L}+)/u.exec(text.slice(end, end + 16))?.[1] ?? '')
  const readings = (
    units ?? [{ measure: lower === 'half' ? ('ratio' as const) : ('' as const), factor: 1 }]
  ).map(({ measure, factor }) => ({
    ...{ measure, value: value * factor, step: factor },
  }))
  return { kind: 'number', text: word, at, readings, ...circumstance(text, at, end) }
}

function stampOf(text: string, at: number): Token {
  const [date = '', clock] = text.replace('Z', '').split(/[T ]/)
  const [year, monthOf, day] = date.split('-').map(Number)
  const moment = clock === undefined ? undefined : clockOf(clock, at)
  return {
    ...(moment ?? {}),
    kind: 'moment',
    text,
    at,
    year: year!,
    month: monthOf!,
    day: day!,
    exactMs: moment?.kind === 'moment' ? moment.exactMs : 86_400_000,
  }
}

function clockOf(text: string, at: number): Token {
  const [hours = 0, minutes = 0, seconds] = text.split(':').map(Number)
  const exactMs = seconds === undefined ? 60_000 : text.includes('.') ? 1 : 1_000
  return {
    kind: 'moment',
    text,
    at,
    clockMs: hours * 3_600_000 + minutes * 60_000 + Math.round((seconds ?? 0) * 1_000),
    exactMs,
  }
}

function dayOf(text: string, at: number): Token {
  const name = /\p{L}{3}/u.exec(text.replace(/\d+(?:st|nd|rd|th)/g, ''))?.[0].toLowerCase() ?? ''
  const monthOf =
    ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'].indexOf(name) + 1
  const year = /\d{4}/.exec(text)?.[0]
  const day = /(?<!\d)\d{1,2}(?!\d)/.exec(text)?.[0]
  return {
    kind: 'moment',
    text,
    at,
    month: monthOf,
    day: Number(day),
    ...(year ? { year: Number(year) } : {}),
    exactMs: 86_400_000,
  }
}
