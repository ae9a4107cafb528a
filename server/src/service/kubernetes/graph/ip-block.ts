/** Addresses of a network, less those of the exceptions. */
export type IpBlock = { cidr: string; except: readonly string[] }

type Network = { bits: 32 | 128; prefix: bigint; shift: bigint }
export type Address = { bits: 32 | 128; value: bigint }

/** A block that contains nothing where its text is no CIDR (RFC 4632, RFC 4291). */
export function blockReader({ cidr, except }: IpBlock): (address: Address) => boolean {
  const network = networkOf(cidr)
  const holes = except.flatMap((one) => networkOf(one) ?? [])
  if (!network) return () => false
  return (address) => contains(network, address) && !holes.some((hole) => contains(hole, address))
}

export function addressOf(text: string): Address | undefined {
  const four = ipv4(text)
  if (four !== undefined) return { bits: 32, value: four }
  const six = ipv6(text)
  return six === undefined ? undefined : { bits: 128, value: six }
}

function networkOf(cidr: string): Network | undefined {
  const slash = cidr.indexOf('/')
  const length = cidr.slice(slash + 1)
  const address = slash < 0 ? undefined : addressOf(cidr.slice(0, slash))
  if (!address || !/^\d{1,3}$/.test(length) || Number(length) > address.bits) return undefined
  const shift = BigInt(address.bits - Number(length))
  return { bits: address.bits, prefix: address.value >> shift, shift }
}

const contains = ({ bits, prefix, shift }: Network, address: Address): boolean =>
  bits === address.bits && address.value >> shift === prefix

function ipv4(text: string): bigint | undefined {
  const found = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)
  if (!found) return undefined
  let value = 0
  for (const part of found.slice(1)) {
    if (Number(part) > 255) return undefined
    value = value * 256 + Number(part)
  }
  return BigInt(value)
}

function ipv6(text: string): bigint | undefined {
  if (text.length > 45 || !/^[0-9a-fA-F:.]+$/.test(text) || !text.includes(':')) return undefined
  const tail = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text)
  const four = tail && ipv4(tail[2] ?? '')
  if (tail && four === undefined) return undefined
  const hex = tail
    ? `${tail[1]}${((four ?? 0n) >> 16n).toString(16)}:${((four ?? 0n) & 0xffffn).toString(16)}`
    : text
  const halves = hex.split('::')
  if (halves.length > 2) return undefined
  const [head = [], rest = []] = halves.map((half) => (half === '' ? [] : half.split(':')))
  const missing = 8 - head.length - rest.length
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined
  let value = 0n
  for (const part of [...head, ...Array<string>(missing).fill('0'), ...rest]) {
    if (!/^[0-9a-fA-F]{1,4}$/.test(part)) return undefined
    value = (value << 16n) | BigInt(Number.parseInt(part, 16))
  }
  return value
}
