import { durationMs } from '@aiops/contract/model/time'
import { isoTime } from '../../kernel/clock.ts'
import { Fault, isFault, messageOf } from '../../kernel/fault.ts'
import type { HttpRequest, HttpResponse } from '../../port/http-client.ts'
import type { RelayEntry, RelayPosition } from '../../port/relay-log.ts'
import type { RelayConfig } from './config.ts'
import type { Relay, RelayDeps, RelayState } from './index.ts'
import { RelayMeter } from './meter.ts'
import { retryAfterMs, verdictOf } from './verdict.ts'

/** An answer to an Elasticsearch bulk request has a line for each record. */
const answerBytesMax = 16 * 1_048_576
const reasonMax = 500

/** One request after another, so that the hub gets them in the order in which they came. */
export function createRelay(deps: RelayDeps, config: RelayConfig): Relay {
  const { relayLog, deadLetters, clock, random, log } = deps
  const hub = config.hub_url.replace(/\/+$/, '')
  const stop = new AbortController()
  const trouble = { problem: '', sinceMs: null as number | null }
  let oldestMs: number | null = null
  let deadCount = 0
  let ready = false
  let running: Promise<void> | undefined
  let wake = (): void => undefined
  const state = (): RelayState => ({
    ...{ bufferedBytes: relayLog.usage().waitingBytes, bufferBytesMax: config.buffer_bytes_max, oldestMs },
    ...{ problem: trouble.problem, problemSinceMs: trouble.sinceMs, deadLetters: deadCount },
    ...{ dropped: relayLog.dropped(), damaged: relayLog.damaged() },
  })
  const meter = new RelayMeter(deps.metrics, clock, state)

  const failed = (problem: string): void => {
    if (trouble.problem === '') {
      log.warn({ problem }, 'the hub takes nothing for now; what comes is kept')
      trouble.sinceMs = clock.now()
    }
    trouble.problem = problem
    meter.failed()
  }
  const went = (): void => {
    if (trouble.problem !== '') log.info({}, 'the hub takes what is sent again')
    trouble.problem = ''
    trouble.sinceMs = null
  }

  async function send(entry: RelayEntry, position: RelayPosition): Promise<HttpResponse> {
    const { tenant, method, path, headers, body, receivedMs } = entry
    const token = config.token_secret === '' ? undefined : await deps.secrets.read(config.token_secret)
    const { server_name, insecure_skip_verify } = config.tls
    const tls: HttpRequest['tls'] = {
      insecureSkipVerify: insecure_skip_verify,
      ...(deps.ca === undefined ? {} : { ca: deps.ca }),
      ...(server_name === '' ? {} : { serverName: server_name }),
    }
    return deps.http.send({
      ...{ method, url: `${hub}${path}`, body, tls, signal: stop.signal },
      ...{ timeoutMs: durationMs(config.request_timeout), bytesMax: answerBytesMax },
      headers: {
        ...{ ...headers, 'x-tenant-id': tenant, 'x-aiops-relay': `${relayLog.id} ${position} ${receivedMs}` },
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
    })
  }

  /** Undefined once the entry is done with; else how long to wait at least. */
  async function forward(entry: RelayEntry, position: RelayPosition): Promise<number | undefined> {
    try {
      const answer = await send(entry, position)
      const verdict = verdictOf(answer.status, entry.path)
      const reason = readable(answer.body)
      if (verdict === 'LATER') {
        failed(`It answered ${answer.status}: ${reason}`)
        return retryAfterMs(answer.headers['retry-after'], clock.now()) ?? 0
      }
      if (verdict === 'NEVER') {
        if (deadCount === 0)
          log.warn(
            { status: answer.status, path: entry.path },
            'the hub refused a request for good; it is set aside',
          )
        await deadLetters.add(entry, answer.status, reason, clock.now())
        deadCount += 1
        meter.refusedByHub()
      } else meter.forwarded(entry.body.length)
      went()
      return undefined
    } catch (error) {
      if (!isFault(error)) throw error
      if (!stop.signal.aborted) failed(messageOf(error))
      return 0
    }
  }

  /** Sends one on, once there is one; as `forward` else. */
  async function step(): Promise<number | undefined> {
    const arrived = new Promise<void>((resolve) => {
      wake = resolve
    })
    const found = await relayLog.next()
    oldestMs = found?.entry.receivedMs ?? null
    if (!found) {
      await arrived
      return undefined
    }
    const waitMs = await forward(found.entry, found.position)
    if (waitMs === undefined) await relayLog.release(found.position)
    return waitMs
  }

  async function run(): Promise<void> {
    let failures = 0
    while (!stop.signal.aborted) {
      let waitMs: number | undefined
      try {
        waitMs = await step()
      } catch (error) {
        if (!isFault(error)) throw error
        failed(messageOf(error))
        waitMs = 0
      }
      if (waitMs === undefined) {
        failures = 0
        continue
      }
      const maxMs = durationMs(config.retry_max)
      const ownMs = Math.min(durationMs(config.retry_min) * 2 ** Math.min(failures, 20), maxMs)
      const delayMs = Math.max(ownMs * (0.75 + random.next() * 0.5), Math.min(waitMs, maxMs))
      failures += 1
      await clock.sleep(delayMs, stop.signal).catch(() => undefined)
    }
  }

  return {
    async keep(entry) {
      if (!ready) throw new Fault('NOT_READY', 'The relay is starting or stopping.')
      try {
        await relayLog.append(entry)
      } catch (error) {
        if (isFault(error)) meter.refused(error.code)
        throw error
      }
      meter.kept(entry.body.length)
      wake()
    },
    state,
    async start() {
      if (hub === '')
        throw new Fault('CONFIG_INVALID', 'edge.hub_url is empty: say where everything is sent on to.')
      const { requests, fromMs } = relayLog.dropped()
      if (requests > 0)
        log.warn(
          { requests, from: fromMs === null ? null : isoTime(fromMs) },
          'requests were dropped for newer ones before',
        )
      ready = true
      running = run().catch((error) => {
        log.error({ error: messageOf(error) }, 'nothing is sent on any more')
        throw error
      })
    },
    async stop() {
      ready = false
      stop.abort()
      wake()
      await running?.catch(() => undefined)
    },
  }
}

/** The answer may be protobuf, in which a sentence stands. */
const readable = (body: Buffer): string =>
  body
    .toString('utf8', 0, reasonMax)
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
