import { Fault } from '../../kernel/fault.ts'

const loopback = new Set(['localhost', '127.0.0.1', '[::1]'])

export const isLoopbackAddress = (host: string): boolean =>
  loopback.has(host) || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)

const hostNameOf = (host: string): string => host.replace(/:\d+$/, '').toLowerCase()

/**
 * Where no key is asked for, being reachable is the only credential, and any web page a person opens can reach loopback.
 * So the Host must be ours (no DNS rebinding), and an Origin, which browsers send and programs do not, must be the Host.
 */
export function checkOrigin(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  keyRequired: boolean,
  allowedHosts: readonly string[],
): void {
  const host = typeof headers.host === 'string' ? headers.host : ''
  const name = hostNameOf(host)
  if (!keyRequired && !isLoopbackAddress(name) && !allowedHosts.includes(name)) {
    throw new Fault(
      'ORIGIN_DENIED',
      `This server answers to localhost, not to "${name.slice(0, 100)}"; add the name to server.allowed_hosts.`,
    )
  }
  const { origin } = headers
  if (typeof origin !== 'string') return
  const from = URL.canParse(origin) ? new URL(origin).host.toLowerCase() : 'null'
  if (from !== host.toLowerCase())
    throw new Fault('ORIGIN_DENIED', `A page of ${origin.slice(0, 100)} may not call this server.`)
}
