import { BlockList, isIP } from 'node:net'
import { Fault } from '../../kernel/fault.ts'

/** Cloud metadata and link-local addresses: whoever can make a server ask them can take over its machine's identity. */
const always = [
  '169.254.0.0/16',
  'fe80::/10',
  'fd00:ec2::254',
  // Google over IPv6, Alibaba, Oracle, Azure.
  'fd20:ce::254',
  '100.100.100.200',
  '192.0.0.192',
  '168.63.129.16',
]

export type AddressGuard = {
  /** Throws PERMISSION_DENIED for a host name that the deny list names. */
  checkHost(host: string): void
  /** Throws PERMISSION_DENIED for an address that may not be reached, however it is written. */
  checkAddress(address: string, host: string): void
}

/** `deny` holds addresses, networks in CIDR form and host names, exact or `*.suffix`. Loopback and private networks are allowed unless named. */
export function createAddressGuard(deny: readonly string[]): AddressGuard {
  const list = new BlockList()
  const hosts: string[] = []
  for (const entry of [...always, ...deny]) if (!addTo(list, entry)) hosts.push(normalHost(entry))
  const refuse = (host: string): never => {
    throw new Fault(
      'PERMISSION_DENIED',
      `Requests to ${host.slice(0, 256)} are refused: its address is link-local, serves metadata, or is in act.outbound.deny.`,
    )
  }
  return {
    checkHost(host) {
      const name = normalHost(host)
      if (hosts.some((entry) => (entry.startsWith('*.') ? name.endsWith(entry.slice(1)) : name === entry)))
        refuse(host)
    },
    checkAddress(address, host) {
      const bare = address.replace(/%.*$/, '')
      const kind = isIP(bare)
      if (kind === 0) refuse(host)
      if (kind === 4 ? list.check(bare, 'ipv4') : list.check(bare, 'ipv6')) refuse(host)
      const inner = kind === 6 ? embeddedIpv4(bare) : undefined
      if (inner !== undefined && list.check(inner, 'ipv4')) refuse(host)
    },
  }
}

const normalHost = (host: string): string => host.toLowerCase().replace(/\.$/, '')

function addTo(list: BlockList, entry: string): boolean {
  const [address = '', prefix] = entry.split('/')
  const kind = isIP(address)
  if (kind === 0) return false
  const family = kind === 4 ? 'ipv4' : 'ipv6'
  const bits = Number(prefix ?? 0)
  if (!Number.isInteger(bits) || bits < 0 || bits > (kind === 4 ? 32 : 128))
    throw new Fault('CONFIG_INVALID', `act.outbound.deny: ${entry} is no network in CIDR form.`)
  if (prefix === undefined) list.addAddress(address, family)
  else list.addSubnet(address, bits, family)
  return true
}

/**
 * The IPv4 address inside an IPv6 one: mapped and compatible (RFC 4291 §2.5.5), translated (RFC 2765), NAT64 (RFC 6052) and
 * 6to4 (RFC 3056). Any of them may end at that IPv4 address.
 */
function embeddedIpv4(address: string): string | undefined {
  const groups = groupsOf(address)
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, high = 0, low = 0] = groups
  const upperZero = a === 0 && b === 0 && c === 0 && d === 0
  const mapped = upperZero && ((e === 0 && (f === 0xffff || f === 0)) || (e === 0xffff && f === 0))
  const nat64 = a === 0x64 && b === 0xff9b
  if (mapped || nat64) return dotted(high, low)
  return a === 0x2002 ? dotted(b, c) : undefined
}

const dotted = (high: number, low: number): string => [high >> 8, high & 255, low >> 8, low & 255].join('.')

/** The eight groups of a valid address; the URL parser brings every spelling into one. */
function groupsOf(address: string): number[] {
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1)
  const [head = '', tail] = canonical.split('::')
  const parse = (part: string): number[] =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16))
  const [front, back] = [parse(head), parse(tail ?? '')]
  return tail === undefined
    ? front
    : [...front, ...Array<number>(8 - front.length - back.length).fill(0), ...back]
}
