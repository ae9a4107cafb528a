import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export type Pair = { cert: string; key: string }
export type Authority = {
  ca: string
  server: Pair
  /** For a user; its groups as Kubernetes reads them, from the organisation. */
  client(user: string, group?: string): Pair
  close(): void
}

/** A certificate authority for the length of a test, by openssl. */
export function createAuthority(): Authority {
  const folder = mkdtempSync(join(tmpdir(), 'aiops-authority-'))
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' })
  const read = (name: string) => readFileSync(join(folder, name), 'utf8')
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  const root = ['-subj', '/CN=test authority', '-days', '2']
  openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.crt', ...root)
  writeFileSync(join(folder, 'names'), 'subjectAltName=DNS:localhost,DNS:kubernetes,IP:127.0.0.1')
  let count = 0
  const issue = (subject: string): Pair => {
    const name = `issued-${++count}`
    openssl('req', ...key, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', subject)
    const sign = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', 'names', '-days', '2']
    openssl('x509', '-req', '-in', `${name}.csr`, '-out', `${name}.crt`, ...sign)
    return { cert: read(`${name}.crt`), key: read(`${name}.key`) }
  }
  return {
    ca: read('ca.crt'),
    server: issue('/CN=kubernetes'),
    client: (user, group) => issue(`${group ? `/O=${group}` : ''}/CN=${user}`),
    close: () => rmSync(folder, { recursive: true, force: true }),
  }
}
