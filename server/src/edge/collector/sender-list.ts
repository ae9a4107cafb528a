import { BlockList, isIP } from 'node:net'
import { Fault } from '../../kernel/fault.ts'
import { isLoopbackAddress } from '../../service/identity/index.ts'

/** Which addresses may send where a protocol carries no credential. */
export type SenderList = { allows(address: string): boolean }

/**
 * `senders` are addresses or networks (`10.0.0.0/8`); where there are none, all that reach the socket may send, so it must be a loopback
 * one unless senders show a certificate (`certified`). Throws CONFIG_INVALID for what is no address and where strangers could send.
 */
export function senderList(
  group: string,
  options: { host: string; senders: readonly string[]; certified?: boolean },
): SenderList {
  const { host, senders, certified = false } = options
  if (senders.length === 0) {
    if (isLoopbackAddress(host) || certified) return { allows: () => true }
    throw new Fault(
      'CONFIG_INVALID',
      `${group}.host is ${host}, which others can reach, and its senders show no credential: name them in ${group}.senders, or listen on 127.0.0.1.`,
    )
  }
  const list = new BlockList()
  for (const sender of senders) add(list, group, sender)
  return { allows: (address) => list.check(address, address.includes(':') ? 'ipv6' : 'ipv4') }
}

function add(list: BlockList, group: string, sender: string): void {
  const [address = '', prefix] = sender.split('/')
  const version = isIP(address)
  const bits = prefix === undefined ? undefined : Number(prefix)
  const fits = bits === undefined || (/^\d{1,3}$/.test(prefix!) && bits <= (version === 4 ? 32 : 128))
  if (version === 0 || !fits)
    throw new Fault(
      'CONFIG_INVALID',
      `${group}.senders: ${JSON.stringify(sender.slice(0, 80))} is no address or network, such as 10.0.0.0/8.`,
    )
  const family = version === 4 ? 'ipv4' : 'ipv6'
  if (bits === undefined) list.addAddress(address, family)
  else list.addSubnet(address, bits, family)
}

/** Without a zone (`%eth0`), and an IPv4 address that came over an IPv6 socket as itself; the empty string for none. */
export const plainAddress = (address: string | undefined): string =>
  (address ?? '').replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '')
