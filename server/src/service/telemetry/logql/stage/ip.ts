import { Fault } from '../../../../kernel/fault.ts'

/** A test for addresses: `192.168.0.1`, a range `10.0.0.1-10.0.0.9`, or a prefix `10.0.0.0/8`, of version 4 or 6. Throws INVALID_LOGQL. */
export function ipTest(text: string): (address: string) => boolean {
  const bad = (): Fault => new Fault('INVALID_LOGQL', `ip: invalid pattern ${JSON.stringify(text)}`)
  const [first, last] = text.split('-', 2)
  if (last !== undefined) {
    const [low, high] = [addressOf(first!), addressOf(last)]
    if (!low || !high || low.bits !== high.bits) throw bad()
    return within(low.bits, low.value, high.value)
  }
  const [base, prefix] = text.split('/', 2)
  const address = addressOf(base!)
  if (!address) throw bad()
  if (prefix === undefined) return within(address.bits, address.value, address.value)
  const length = /^\d{1,3}$/.test(prefix) ? Number(prefix) : 999
  if (length > address.bits) throw bad()
  const size = 1n << BigInt(address.bits - length)
  const low = address.value - (address.value % size)
  return within(address.bits, low, low + size - 1n)
}

function within(bits: number, low: bigint, high: bigint): (text: string) => boolean {
  return (text) => {
    const address = addressOf(text)
    return address !== undefined && address.bits === bits && address.value >= low && address.value <= high
  }
}

/** RFC 4291 §2.2 for version 6; undefined for what is no address. */
export function addressOf(text: string): { bits: 32 | 128; value: bigint } | undefined {
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) {
    const value = fourOf(text)
    return value === undefined ? undefined : { bits: 32, value }
  }
  if (text.length > 45 || !text.includes(':')) return undefined
  const mapped = /^(.*:)(\d{1,3}(?:\.\d{1,3}){3})$/.exec(text)
  let words = text
  if (mapped) {
    const four = fourOf(mapped[2]!)
    if (four === undefined) return undefined
    words = `${mapped[1]}${(four >> 16n).toString(16)}:${(four & 0xffffn).toString(16)}`
  }
  const halves = words.split('::')
  if (halves.length > 2) return undefined
  const parts = halves.map((half) => (half === '' ? [] : half.split(':')))
  const count = parts.reduce((sum, part) => sum + part.length, 0)
  if (halves.length === 1 ? count !== 8 : count > 7) return undefined
  const all = [...parts[0]!, ...new Array<string>(8 - count).fill('0'), ...(parts[1] ?? [])]
  if (!all.every((part) => /^[0-9a-fA-F]{1,4}$/.test(part))) return undefined
  return { bits: 128, value: BigInt(`0x${all.map((part) => part.padStart(4, '0')).join('')}`) }
}

function fourOf(text: string): bigint | undefined {
  const numbers = text.split('.').map(Number)
  if (numbers.some((number) => number > 255)) return undefined
  return numbers.reduce((sum, number) => sum * 256n + BigInt(number), 0n)
}
