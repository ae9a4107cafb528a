import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type Server, startServer, temporaryFolder } from '../journey/server.ts'
import { freePort, integration } from './real-server.ts'
import { makeCertificates, type Rsyslog, startRsyslog } from './rsyslog.ts'

const patience = { timeout: 20_000, interval: 200 }

integration('real syslog senders', ['rsyslogd', 'logger', 'openssl'], () => {
  const folder = temporaryFolder('rsyslog')
  const data = temporaryFolder('rsyslog-data')
  let port: number
  let tlsPort: number
  let platform: Server
  let rsyslog: Rsyslog

  const startPlatform = () =>
    startServer(data.path, [
      'ingest.host.enabled=false',
      'collector.syslog.tcp.enabled=true',
      'collector.syslog.udp.enabled=true',
      'collector.syslog.tls.enabled=true',
      `collector.syslog.tcp.port=${port}`,
      `collector.syslog.udp.port=${port}`,
      `collector.syslog.tls.port=${tlsPort}`,
      `collector.syslog.tls.cert_file=${join(folder.path, 'server.crt')}`,
      `collector.syslog.tls.key_file=${join(folder.path, 'server.key')}`,
      `collector.syslog.tls.client_ca_file=${join(folder.path, 'ca.crt')}`,
    ])
  const logs = async (contains: string) =>
    (await platform.client.searchLogs({ query: { contains, duration: '1h', limit: 5_000 } })).logs

  beforeAll(async () => {
    makeCertificates(folder.path)
    port = await freePort()
    tlsPort = await freePort()
    platform = await startPlatform()
    rsyslog = await startRsyslog(folder.path, { tcp: port, udp: port })
  })
  afterAll(async () => {
    await rsyslog?.stop()
    await platform?.stop()
    folder.remove()
    data.remove()
  })

  test('what rsyslog forwards in its three formats is here, each time the same', async () => {
    await rsyslog.log('checkout', 'card refused for order 4711')
    const found = await vi.waitFor(async () => {
      const records = await logs('order 4711')
      expect(records, rsyslog.output()).toHaveLength(3)
      return records
    }, patience)
    for (const record of found) {
      expect(record).toMatchObject({
        message: 'card refused for order 4711',
        severity: 'WARN',
        labels: { 'host.name': 'machine-1', 'service.name': 'checkout', 'syslog.facility': 'auth' },
        attributes: { 'syslog.severity': 'warning', 'network.peer.address': '127.0.0.1' },
      })
      expect(Math.abs(Date.parse(record.timestamp) - Date.now())).toBeLessThan(60_000)
    }
  })

  test('what rsyslog could not send while the platform was down comes when it is back', async () => {
    await platform.stop()
    for (let at = 0; at < 20; at += 1) await rsyslog.log('checkout', `while away ${at}`)
    platform = await startPlatform()
    await vi.waitFor(async () => {
      const found = new Set((await logs('while away')).map(({ message }) => message))
      // TCP cannot tell a sender that its first write to a closed connection was lost; that is RFC 6587's limit, not a message of ours.
      expect(found.size, rsyslog.output()).toBeGreaterThanOrEqual(19)
    }, patience)
  })

  test('what util-linux’ logger sends is here, structured data as attributes', async () => {
    const to = ['--server', '127.0.0.1', '--port', String(port), '--tag', 'backup']
    const structured = ['--rfc5424', '--msgid', 'DONE', '--sd-id', 'job@32473', '--sd-param', 'files="12"']
    await promisify(execFile)('logger', [
      ...to,
      '--tcp',
      '--octet-count',
      ...structured,
      'nightly copy ended',
    ])
    await promisify(execFile)('logger', [...to, '--udp', '--rfc3164', 'nightly copy in the old format'])
    await vi.waitFor(async () => {
      expect(await logs('nightly copy')).toHaveLength(2)
    }, patience)
    expect((await logs('nightly copy ended'))[0]).toMatchObject({
      labels: { 'service.name': 'backup' },
      attributes: { 'syslog.msgid': 'DONE', 'syslog.job@32473.files': '12' },
    })
  })

  test('over TLS only who shows a certificate of the authority is heard', async () => {
    const pem = (name: string) => readFileSync(join(folder.path, name))
    const send = (text: string, own: { cert?: Buffer; key?: Buffer }) =>
      new Promise<void>((resolve) => {
        const socket = connect({ port: tlsPort, host: '127.0.0.1', ca: pem('ca.crt'), ...own })
        socket.on('error', () => undefined)
        socket.once('close', () => resolve())
        socket.end(`${text.length} ${text}`)
      })
    await send('<13>1 - h a - - - from a stranger over TLS', {})
    await send('<13>1 - h a - - - from a friend over TLS', {
      cert: pem('client.crt'),
      key: pem('client.key'),
    })
    await vi.waitFor(async () => {
      expect((await logs('over TLS')).map(({ message }) => message)).toEqual(['from a friend over TLS'])
    }, patience)
  })
})
