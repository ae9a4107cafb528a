import type { Answer, ToolCallRecord } from '@aiops/contract/model/answer'
import type { ChatEvent, ChatMessage } from '@aiops/contract/model/chat'
import type { Clock } from '../../../kernel/clock.ts'
import { Fault, isFault, messageOf } from '../../../kernel/fault.ts'
import type { Log } from '../../../kernel/log.ts'
import type { Caller } from '../../../port/operation-client.ts'
import type { Ask, AskEvent, AskRequest } from '../index.ts'
import { answered, eventsOf } from './chat-message.ts'
import { FrameLog } from './frame-log.ts'
import { packFrames } from './frame-pack.ts'
import type { Told } from './index.ts'

/** Events of one answer that are told; what a runaway says beyond is in the answer, if there is one. */
const eventsMax = 100_000

export type AnsweringDeps = {
  ask: Ask
  clock: Clock
  log: Log
  timeoutMs: number
  /** False where the message is gone. */
  save(message: ChatMessage, frames: string | null): Promise<boolean>
}

/** One question that is being answered: told frame by frame, stored whole at its end. */
export class Answering {
  readonly told: Promise<Told>
  readonly frames: FrameLog
  /** Others of the tenant may read it. */
  shared: boolean
  readonly #deps: AnsweringDeps
  readonly #abort = new AbortController()
  readonly #calls: ToolCallRecord[] = []
  #message: ChatMessage
  #events = 0
  #open = true

  constructor(
    deps: AnsweringDeps,
    start: { caller: Caller; request: AskRequest; message: ChatMessage; shared: boolean },
  ) {
    this.#deps = deps
    this.#message = start.message
    this.shared = start.shared
    this.frames = new FrameLog(start.message.id)
    this.frames.add({ type: 'message_start', id: start.message.id, role: 'ASSISTANT' })
    this.told = this.#run(start.caller, start.request)
  }

  /** With what there is of it so far. */
  get message(): ChatMessage {
    return this.#open ? { ...this.#message, content: this.frames.text } : this.#message
  }

  /** A person has read enough: what there is stays. */
  stop(): void {
    this.#abort.abort(stopped)
  }

  /** Nobody can read it any more, or nobody can write it. */
  cancel(reason: Fault): void {
    this.#abort.abort(reason)
  }

  async #run(caller: Caller, request: AskRequest): Promise<Told> {
    const { clock, timeoutMs } = this.#deps
    const startMs = clock.monotonic()
    const late = new Fault('TIMEOUT', `There was no answer within ${timeoutMs / 1_000} seconds.`)
    const cancelTimer = clock.after(timeoutMs, () => this.#abort.abort(late))
    let answer: Answer | null = null
    let error: unknown = null
    try {
      answer = await this.#asked(caller, request)
      this.#tellRest(answer.text)
    } catch (caught) {
      error = caught
    }
    cancelTimer()
    const fault = error === null || error === stopped ? null : this.#faultOf(error)
    const latency_ms = Math.round(clock.monotonic() - startMs)
    const message: ChatMessage = {
      ...this.#message,
      ...{ ...answered(answer, this.#calls), latency_ms, content: contentOf(this.frames.text, fault) },
      state: fault ? 'FAILED' : error === stopped ? 'STOPPED' : 'COMPLETE',
    }
    return this.#finish(message, fault)
  }

  /** Whoever answers may not listen to the signal; its time is over all the same. */
  async #asked(caller: Caller, request: AskRequest): Promise<Answer> {
    const { signal } = this.#abort
    const ended = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    })
    // Begins in a later turn, so that whoever asked knows the message before anything is told of it.
    const asking = Promise.resolve().then(() =>
      this.#deps.ask(caller, request, { on: (event) => this.#take(event), signal }),
    )
    ended.catch(() => undefined)
    asking.catch(() => undefined)
    return Promise.race([asking, ended])
  }

  #take(event: AskEvent): void {
    if (!this.#open || this.#abort.signal.aborted || this.#events >= eventsMax) return
    this.#events += 1
    if (event.type === 'tool_result') this.#calls.push(event.call)
    for (const one of eventsOf(event)) this.frames.add(one)
  }

  /** What was told piece by piece and what the message holds are the same. */
  #tellRest(text: string): void {
    const said = this.frames.text
    if (said === text) return
    if (!text.startsWith(said)) this.frames.add({ type: 'reset', reason: 'The answer was written anew.' })
    const rest = text.startsWith(said) ? text.slice(said.length) : text
    if (rest !== '') this.frames.add({ type: 'content_delta', delta: rest })
  }

  async #finish(message: ChatMessage, fault: Fault | null): Promise<Told> {
    if (message.state === 'STOPPED') this.frames.add({ type: 'status', text: 'Stopped.' })
    const { tokens_used, latency_ms, answer } = message
    let last: ChatEvent = fault
      ? { type: 'error', code: fault.code, message: fault.message }
      : { type: 'message_complete', tokens_used, latency_ms, answer }
    let told: Told = { message, fault }
    try {
      const packed = packFrames([...this.frames.frames, this.frames.next(last)], answer)
      if (!(await this.#deps.save(message, packed)))
        throw new Fault('SESSION_NOT_FOUND', 'The conversation was deleted.')
    } catch (error) {
      const failure = this.#faultOf(error)
      told = { message: { ...message, state: 'FAILED', answer: null }, fault: failure }
      last = { type: 'error', code: failure.code, message: failure.message }
    }
    this.#message = told.message
    this.#open = false
    this.frames.end(last)
    return told
  }

  #faultOf(error: unknown): Fault {
    if (isFault(error)) return error
    this.#deps.log.error(
      { message_id: this.#message.id, error: messageOf(error), stack: (error as Error)?.stack },
      'an answer met a defect',
    )
    return new Fault('INTERNAL', 'Something went wrong here; the log holds it under the id of the message.')
  }
}

const stopped = new Error('stopped')

const contentOf = (said: string, fault: Fault | null): string =>
  fault ? `${said === '' ? '' : `${said}\n\n`}The answer failed: ${fault.message}` : said
