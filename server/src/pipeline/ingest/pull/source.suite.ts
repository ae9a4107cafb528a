import { ManualClock } from '../../../kernel/clock.ts'
import { Fault } from '../../../kernel/fault.ts'
import { silentLog } from '../../../kernel/log.ts'
import { createMetrics } from '../../../kernel/metric.ts'
import { seededRandom } from '../../../kernel/random.ts'
import type { DocumentFile } from '../../../port/document-source.ts'
import type {
  HttpClient,
  HttpRequest,
  HttpResponse,
  HttpStream,
  HttpStreams,
} from '../../../port/http-client.ts'
import type { Delivery, PullingDeps } from '../index.ts'

type Answer = { status?: number; headers?: Record<string, string>; body: string | Buffer }

/** Others' servers, files and secrets, as a test wants them; keeps what was asked and what was delivered. */
export class World {
  readonly clock = new ManualClock(1_700_000_000_000)
  readonly metrics = createMetrics()
  readonly asked: HttpRequest[] = []
  readonly delivered: Delivery[] = []
  readonly files = new Map<string, string>()
  readonly secrets = new Map<string, string>()
  scrapeFiles: DocumentFile[] = []
  pullFiles: DocumentFile[] = []
  deliverFault: Fault | undefined
  atOnce = 0
  atOnceMost = 0
  answer: (request: HttpRequest) => Answer | Promise<Answer> = () => ({ body: '' })

  readonly random = seededRandom(7)

  readonly http: HttpClient & HttpStreams = {
    send: async (request): Promise<HttpResponse> => {
      this.asked.push(request)
      this.atOnce += 1
      this.atOnceMost = Math.max(this.atOnceMost, this.atOnce)
      try {
        const { status = 200, headers = {}, body } = await this.answer(request)
        return { status, headers, body: Buffer.from(body) }
      } finally {
        this.atOnce -= 1
      }
    },
    stream: (request) => this.stream(request),
  }

  stream: (request: HttpRequest) => Promise<HttpStream> = async () => {
    throw new Fault('UPSTREAM_FAILED', 'Nothing is streamed here.')
  }

  readonly deliver = async (_protocol: string, delivery: Delivery): Promise<void> => {
    if (this.deliverFault) throw this.deliverFault
    this.delivered.push(delivery)
  }

  readonly log = silentLog

  pulling(): PullingDeps {
    const { files, secrets } = this
    return {
      http: this.http,
      files: {
        read: async (path) => {
          const text = files.get(path)
          if (text === undefined) throw new Fault('VALIDATION_FAILED', `The file ${path} cannot be read.`)
          return text
        },
        list: async (pattern) =>
          [...files.keys()].filter((path) => path === pattern || pattern.endsWith('*')),
      },
      secrets: {
        read: async (name) => {
          const value = secrets.get(name)
          if (value === undefined) throw new Fault('VALIDATION_FAILED', `Secret ${name} is not set.`)
          return value
        },
      },
      scrapeSource: { load: async () => this.scrapeFiles },
      pullSource: { load: async () => this.pullFiles },
      tenants: ['default', 'other'],
      kubernetesApi: '',
    }
  }

  /** Lets everything that is due, and what follows from it, happen. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 20; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve))
  }

  async pass(ms: number): Promise<void> {
    await this.clock.advance(ms)
    await this.settle()
  }
}
