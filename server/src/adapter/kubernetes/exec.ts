import type { Clock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import type { ExecAnswer, ExecAsk } from '../../port/cluster-api.ts'
import type { HttpSocket } from '../../port/http-client.ts'
import { type Asked, failureOf, type Status, statusOf } from './api-failure.ts'
import { parseJson } from './list-page.ts'

/** v5 says when a stream ends, which only matters for input; what is read here is the same in both. */
export const execProtocols = ['v5.channel.k8s.io', 'v4.channel.k8s.io'] as const
/** First byte of a message (https://github.com/kubernetes/kubernetes/blob/master/staging/src/k8s.io/kubelet/pkg/cri/streaming/remotecommand/websocket.go). */
const [stdoutChannel, stderrChannel, errorChannel] = [1, 2, 3]
/** Of one message; the kubelet sends at most 32 KiB. */
export const execMessageBytesMax = 1_048_576

/** Everything a command says, and its exit code. */
export async function readExec(
  socket: HttpSocket,
  { bytesMax }: Pick<ExecAsk, 'bytesMax'>,
  asked: Asked,
  host: string,
): Promise<ExecAnswer> {
  const said: Record<number, Uint8Array[]> = { [stdoutChannel]: [], [stderrChannel]: [] }
  const ending: Uint8Array[] = []
  let sizeBytes = 0
  for await (const message of socket.messages) {
    const channel = message[0]
    const data = message.subarray(1)
    if (data.length === 0) continue
    sizeBytes += data.length
    if (sizeBytes > bytesMax + execMessageBytesMax || (channel !== errorChannel && sizeBytes > bytesMax))
      throw new Fault(
        'BODY_TOO_LARGE',
        `The command in ${asked.object ?? 'the pod'} says more than ${bytesMax} bytes.`,
      )
    if (channel === errorChannel) {
      ending.push(data)
      break
    }
    if (channel === stdoutChannel || channel === stderrChannel) said[channel]?.push(data)
  }
  if (ending.length === 0)
    throw new Fault(
      'UPSTREAM_FAILED',
      `${host} broke off before the command in ${asked.object ?? 'the pod'} ended.`,
    )
  const text = (channel: number): string => Buffer.concat(said[channel] ?? []).toString('utf8')
  return {
    stdout: text(stdoutChannel),
    stderr: text(stderrChannel),
    exitCode: exitCodeOf(parseJson(Buffer.concat(ending)), asked, host),
  }
}

/** A Status: Success; or Failure with NonZeroExitCode and the code among its causes; or a failure to run it at all. */
function exitCodeOf(value: unknown, asked: Asked, host: string): number {
  if ((value as { status?: unknown } | null)?.status === 'Success') return 0
  const status: Status = statusOf(value)
  const cause = status.details.causes.find(({ reason }) => reason === 'ExitCode')
  const code = Number(cause?.message)
  if (status.reason === 'NonZeroExitCode' && cause && Number.isInteger(code)) return code
  throw failureOf(status.code || 500, status, asked, host)
}

/** Fires when the time for the command is up, or the caller gave up. */
export function deadline(
  clock: Clock,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): { signal: AbortSignal; isLate: () => boolean; end: () => void } {
  const abort = new AbortController()
  let late = false
  const cancel = clock.after(timeoutMs, () => {
    late = true
    abort.abort()
  })
  const stop = (): void => abort.abort()
  if (signal?.aborted) stop()
  signal?.addEventListener('abort', stop, { once: true })
  return {
    signal: abort.signal,
    isLate: () => late,
    end() {
      cancel()
      signal?.removeEventListener('abort', stop)
    },
  }
}
