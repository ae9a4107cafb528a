/** The demo's small system, as far as the demo needs to know it. */
export type Shop = {
  readonly services: readonly { role: string; name: string; url: string }[]
  readonly admin: string
  readonly token: string
  fault(role: string, kind: string): Promise<void>
  sabotage(role: string): Promise<void>
  stop(): Promise<void>
}
export type StartShop = (options: { otlp: string; seed?: number; exportIntervalMs: number }) => Promise<Shop>
