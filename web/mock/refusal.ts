/** What a handler of the stand-in takes, and how it refuses. */

export type Input = {
  params: Record<string, string>
  query: Record<string, string[]>
  body: Record<string, unknown>
}

export class Refusal extends Error {
  readonly status: number
  readonly code: string
  constructor(status: number, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}
