/** Forms of single words and characters, by table and by hand: nothing here backtracks. */

const delimiters = '=,;:()[]{}<>"\'`|!'
/** 1: white space or control, 2: delimiter, 4: digit, 8: hexadecimal letter, 16: letter. Beyond ASCII all are letters. */
const table = new Uint8Array(128)
for (let code = 0; code < 128; code++) {
  const character = String.fromCharCode(code)
  if (code <= 32 || code === 127) table[code] = 1
  else if (delimiters.includes(character)) table[code] = 2
  else if (code >= 48 && code <= 57) table[code] = 4
  else if (/[a-fA-F]/.test(character)) table[code] = 8 | 16
  else if (/[a-zA-Z]/.test(character)) table[code] = 16
}
export const spaceBit = 1
export const delimiterBit = 2
export const digitBit = 4
export const hexBit = 8
export const letterBit = 16

/** No-break spaces and their kin separate words too. */
export const classOf = (code: number): number =>
  code < 128 ? table[code]! : code === 0xa0 || code === 0x3000 || code === 0xfeff ? spaceBit : letterBit

const units = new Set(
  'B KB MB GB TB kB KiB MiB GiB TiB ns us µs ms s sec secs m min mins h hr hrs Hz kHz KHz MHz Mhz GHz'.split(
    ' ',
  ),
)
export const isUnit = (word: string): boolean => word.length <= 4 && units.has(word)

const days = new Set(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'])
const months = new Set('jan feb mar apr may jun jul aug sep oct nov dec'.split(' '))
/** 1 a day of the week, 2 a month: three letters, the first a capital. */
export function calendarOf(word: string): 0 | 1 | 2 {
  if (word.length !== 3 || word.charCodeAt(0) > 90) return 0
  const lower = word.toLowerCase()
  return days.has(lower) ? 1 : months.has(lower) ? 2 : 0
}

/** Keys whose quoted value is what the line says (logfmt, and what writes like it). */
const messageKeys = new Set(['msg', 'message', 'err', 'error', 'event', 'log'])
export const isMessageKey = (word: string): boolean => messageKeys.has(word)

const levels = new Set(
  'trace debug info information notice warn warning error err severe critical crit fatal alert emerg emergency panic verbose failure finest finer fine config'.split(
    ' ',
  ),
)
/** The names of severities that syslog, log4j, java.util.logging, Python and Android use; single capitals as there. */
export function isLevel(word: string): boolean {
  if (word.length === 1) return 'VDIWEF'.includes(word)
  return word.length <= 11 && levels.has(word.toLowerCase())
}
