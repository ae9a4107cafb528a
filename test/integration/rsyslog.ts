import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { findServer } from './real-server.ts'

export type Rsyslog = {
  /** As a program on its machine logs. */
  log(tag: string, text: string): Promise<void>
  output(): string
  stop(): Promise<void>
}

/**
 * A real rsyslogd that takes messages from a socket in `folder` and forwards each three times: RFC 5424 counted over TCP, its
 * traditional format in lines over TCP, and its own forwarding format over UDP.
 */
export async function startRsyslog(folder: string, ports: { tcp: number; udp: number }): Promise<Rsyslog> {
  const socket = join(folder, 'log.sock')
  const queue = 'queue.type="LinkedList" action.resumeRetryCount="-1" action.resumeInterval="1"'
  writeFileSync(
    join(folder, 'rsyslog.conf'),
    `global(workDirectory="${folder}" localHostname="machine-1")
module(load="imuxsock" SysSock.Use="off")
input(type="imuxsock" Socket="${socket}" CreatePath="on")
action(type="omfwd" target="127.0.0.1" port="${ports.tcp}" protocol="tcp" TCP_Framing="octet-counted" template="RSYSLOG_SyslogProtocol23Format" ${queue})
action(type="omfwd" target="127.0.0.1" port="${ports.tcp}" protocol="tcp" template="RSYSLOG_TraditionalForwardFormat" ${queue})
action(type="omfwd" target="127.0.0.1" port="${ports.udp}" protocol="udp" template="RSYSLOG_ForwardFormat" ${queue})
`,
  )
  const child = spawn(
    findServer('rsyslogd') ?? 'rsyslogd',
    ['-n', '-f', join(folder, 'rsyslog.conf'), '-i', join(folder, 'rsyslog.pid')],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, TZ: 'UTC' } },
  )
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      output = `${output}${chunk}`.slice(-16_000)
    })
  const until = Date.now() + 15_000
  while (!existsSync(socket)) {
    if (child.exitCode !== null || Date.now() > until) throw new Error(`rsyslogd did not start:\n${output}`)
    await sleep(20)
  }
  return {
    log: async (tag, text) => {
      await promisify(execFile)('logger', [
        '--socket',
        socket,
        '--tag',
        tag,
        '--priority',
        'auth.warning',
        text,
      ])
    },
    output: () => output,
    stop: () => ended(child),
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const over = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  const kill = setTimeout(() => child.kill('SIGKILL'), 5_000)
  await over
  clearTimeout(kill)
}

/** An authority and two certificates of it, `server` for localhost and `client`: `<name>.crt` and `<name>.key` in `folder`. */
export function makeCertificates(folder: string): void {
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' })
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  openssl(
    'req',
    '-x509',
    ...key,
    '-keyout',
    'ca.key',
    '-out',
    'ca.crt',
    '-subj',
    '/CN=test authority',
    '-days',
    '2',
  )
  writeFileSync(join(folder, 'names'), 'subjectAltName=DNS:localhost,IP:127.0.0.1')
  for (const name of ['server', 'client']) {
    openssl('req', ...key, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`)
    const sign = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', 'names', '-days', '2']
    openssl('x509', '-req', '-in', `${name}.csr`, '-out', `${name}.crt`, ...sign)
  }
}
