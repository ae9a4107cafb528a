import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '../../kernel/clock.ts'
import type { HttpRequest } from '../../port/http-client.ts'
import { createHttpClient } from './http-client.ts'

const hasOpenssl = (() => {
  try {
    execFileSync('openssl', ['version'])
    return true
  } catch {
    return false
  }
})()

describe.skipIf(!hasOpenssl)('the HTTP client over TLS (skipped where there is no openssl)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'aiops-tls-'))
  const client = createHttpClient({ clock: systemClock }, { deny: [] })
  let server: Server
  let url = ''
  let cert = ''
  let key = ''

  beforeAll(async () => {
    const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
    const subject = ['-subj', '/CN=target.test', '-addext', 'subjectAltName=DNS:target.test', '-days', '2']
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
        '-keyout',
        keyFile,
        '-out',
        certFile,
        ...subject,
      ],
      { stdio: 'ignore' },
    )
    cert = readFileSync(certFile, 'utf8')
    key = readFileSync(keyFile, 'utf8')
    server = createServer(
      { cert, key, ca: cert, requestCert: true, rejectUnauthorized: false },
      (request, response) => response.end(`authorized ${(request.socket as TLSSocket).authorized}`),
    )
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`
  })
  afterAll(() => {
    client.close()
    server.closeAllConnections()
    server.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const ask = async (tls?: HttpRequest['tls']): Promise<string> => {
    const request: HttpRequest = { method: 'GET', url, headers: {}, timeoutMs: 2_000, bytesMax: 1_000 }
    const { body } = await client.send({ ...request, ...(tls ? { tls } : {}) })
    return body.toString()
  }

  it('trusts what it is told to trust, under the name it is told, and nothing else', async () => {
    await expect(ask()).rejects.toMatchObject({ code: 'UPSTREAM_FAILED' })
    await expect(ask({ ca: cert })).rejects.toMatchObject({ code: 'UPSTREAM_FAILED' })
    expect(await ask({ ca: cert, serverName: 'target.test' })).toBe('authorized false')
  })

  it('shows its own certificate', async () => {
    expect(await ask({ ca: cert, serverName: 'target.test', cert, key })).toBe('authorized true')
  })

  it('never reuses a connection that was made without a check for a request that wants one', async () => {
    expect(await ask({ insecureSkipVerify: true })).toBe('authorized false')
    await expect(ask()).rejects.toMatchObject({ code: 'UPSTREAM_FAILED' })
  })
})
