import { Readable } from 'node:stream'
import type { Clock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import type { GitAnswer, GitExchange } from '../../port/git-repositories.ts'
import { endGroup, firstLine, type GitProgram, noProgram } from './git-program.ts'

const exchangeMs = 300_000
const headBytesMax = 16_384

const pathOf: Record<GitExchange['step'], string> = {
  ADVERTISE: '/info/refs',
  UPLOAD_PACK: '/git-upload-pack',
  RECEIVE_PACK: '/git-receive-pack',
}

/** One request of Git's smart HTTP protocol, by git-http-backend(1) as CGI (RFC 3875). */
export function createGitExchange(deps: { clock: Clock; program: GitProgram; packBytesMax: number }) {
  return async (folder: string, asked: GitExchange): Promise<GitAnswer> => {
    const ended = new AbortController()
    const stop = (): void => ended.abort()
    asked.signal.addEventListener('abort', stop, { once: true })
    if (asked.signal.aborted) stop()
    const child = await deps.program.start(
      {
        ...{ folder, signal: ended.signal, environment: environmentOf(folder, asked) },
        arguments: [...settingsOf(asked, deps.packBytesMax), 'http-backend'],
      },
      'EXCHANGE',
    )
    const cancel = deps.clock.after(exchangeMs, stop)
    let complaint = ''
    child.stderr?.on('data', (part: Buffer) => {
      if (complaint.length < 4_096) complaint += part.toString('utf8')
    })
    const done = new Promise<void>((resolve) => {
      const end = (): void => {
        cancel()
        asked.signal.removeEventListener('abort', stop)
        resolve()
      }
      child.once('close', end)
      child.once('error', end)
    })
    const started = new Promise<never>((_, reject) => {
      child.once('error', (error: NodeJS.ErrnoException) => reject(noProgram(error)))
    })
    child.stdin?.end(asked.body ?? '')
    const { stdout } = child
    if (!stdout) throw new Fault('UPSTREAM_FAILED', 'Git has no output.')
    const head = await Promise.race([headOf(stdout), started]).catch((error: unknown) => {
      endGroup(child)
      throw error
    })
    if (!head) {
      await done
      throw new Fault('UPSTREAM_FAILED', `Git gave no answer: ${firstLine(complaint)}`)
    }
    stdout.unshift(head.rest)
    // Whoever stops reading stops git.
    stdout.once('close', () => endGroup(child))
    return {
      status: head.status,
      headers: head.headers,
      body: Readable.toWeb(stdout) as ReadableStream<Uint8Array>,
      done,
    }
  }
}

function settingsOf({ refused, forwardOnly }: GitExchange, packBytesMax: number): string[] {
  const settings = [
    'http.receivepack=true',
    'http.uploadpack=true',
    'http.getanyfile=false',
    'http.maxRequestBuffer=16m',
    `receive.maxInputSize=${packBytesMax}`,
    'transfer.fsckObjects=true',
    'receive.denyDeleteCurrent=refuse',
    `receive.denyNonFastForwards=${forwardOnly}`,
    'receive.advertisePushOptions=false',
    'uploadpack.allowFilter=true',
    'transfer.hideRefs=refs/kept',
    ...refused.map((ref) => `receive.hideRefs=${ref}`),
  ]
  return settings.flatMap((one) => ['-c', one])
}

function environmentOf(
  folder: string,
  { step, service, user, headers, body }: GitExchange,
): Record<string, string> {
  const slash = folder.lastIndexOf('/')
  return {
    GIT_PROJECT_ROOT: folder.slice(0, slash),
    GIT_HTTP_EXPORT_ALL: '1',
    PATH_INFO: `${folder.slice(slash)}${pathOf[step]}`,
    QUERY_STRING: step === 'ADVERTISE' ? `service=${service}` : '',
    REQUEST_METHOD: step === 'ADVERTISE' ? 'GET' : 'POST',
    // What a caller sends reaches git where it is one of the few forms that mean something.
    CONTENT_TYPE: step === 'ADVERTISE' ? '' : `application/x-${service}-request`,
    ...(body ? { CONTENT_LENGTH: String(body.length) } : {}),
    ...(/^(x-)?gzip$/.test(headers['content-encoding'] ?? '') ? { HTTP_CONTENT_ENCODING: 'gzip' } : {}),
    ...(/^version=[012]$/.test(headers['git-protocol'] ?? '')
      ? { GIT_PROTOCOL: headers['git-protocol'] ?? '' }
      : {}),
    REMOTE_USER: user.replace(/[^\w.@-]/g, '_').slice(0, 64) || 'unknown',
    REMOTE_ADDR: '127.0.0.1',
    SERVER_PROTOCOL: 'HTTP/1.1',
    GATEWAY_INTERFACE: 'CGI/1.1',
  }
}

type Head = { status: number; headers: Record<string, string>; rest: Buffer }

/** The lines before the first empty one; undefined where the output ends before. */
async function headOf(stdout: Readable): Promise<Head | undefined> {
  let read = Buffer.alloc(0)
  for (;;) {
    const part = await nextPart(stdout)
    if (!part) return undefined
    read = Buffer.concat([read, part])
    const match = /\r?\n\r?\n/.exec(read.toString('latin1', 0, headBytesMax))
    if (match)
      return {
        ...fieldsOf(read.toString('latin1', 0, match.index)),
        rest: read.subarray(match.index + match[0].length),
      }
    if (read.length > headBytesMax) return undefined
  }
}

function nextPart(stdout: Readable): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const settle = (part?: Buffer): void => {
      stdout.off('readable', take).off('end', none).off('close', none)
      resolve(part)
    }
    const take = (): void => {
      const part = stdout.read() as Buffer | null
      if (part) settle(part)
    }
    const none = (): void => settle()
    stdout.on('readable', take).once('end', none).once('close', none)
    take()
  })
}

/** `Status: 403 Forbidden` is CGI's own; without it the status is 200. */
function fieldsOf(text: string): Omit<Head, 'rest'> {
  const headers: Record<string, string> = {}
  let status = 200
  for (const line of text.split(/\r?\n/)) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).toLowerCase()
    const value = line.slice(colon + 1).trim()
    if (name === 'status') status = Number.parseInt(value, 10) || 500
    else if (name === 'content-type' || name === 'cache-control' || name === 'expires' || name === 'pragma')
      headers[name] = value
  }
  return { status, headers }
}
