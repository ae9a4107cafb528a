import dns from 'node:dns'
import { existsSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

/**
 * Preloaded into a server by `--import`: names under `.flapping.test` stand for the loopback, but are now found, now not, and now take ten
 * seconds, until the file in FLAPPING_NAMES_HEALED exists.
 */
type Found = { address: string; family: number }[]
type Done = (error: NodeJS.ErrnoException | null, found: Found) => void

const real = dns.lookup as unknown as (host: string, options: object, done: Done) => void
const healed = process.env.FLAPPING_NAMES_HEALED ?? ''
const loopback: Found = [{ address: '127.0.0.1', family: 4 }]
let asked = 0

function lookup(host: string, options: object, done: Done): void {
  if (!host.endsWith('.flapping.test')) {
    real(host, options, done)
    return
  }
  asked += 1
  const found = (): void => done(null, loopback)
  const well = healed !== '' && existsSync(healed)
  if (well || asked % 3 === 0) setImmediate(found)
  else if (asked % 3 === 2) setTimeout(found, 10_000)
  else {
    const error = Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: 'ENOTFOUND' })
    setImmediate(() => done(error, []))
  }
}

;(dns as { lookup: unknown }).lookup = lookup
syncBuiltinESMExports()
