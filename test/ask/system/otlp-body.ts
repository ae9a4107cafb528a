/** OTLP/HTTP in JSON, as much of it as is sent here. */
export type Attributes = Readonly<Record<string, string>>
type Attribute = { key: string; value: { stringValue: string } }
export type Metric = Record<string, unknown>

export const attributesOf = (of: Attributes): Attribute[] =>
  Object.entries(of).map(([key, stringValue]) => ({ key, value: { stringValue } }))
export const nanos = (ms: number): string => `${Math.round(ms)}000000`

export const metricsBody = (metrics: readonly Metric[]): object => ({
  resourceMetrics: [{ resource: { attributes: [] }, scopeMetrics: [{ scope: { name: '' }, metrics }] }],
})

/** Posts and throws what the server did not take, whole or in part. */
export async function post(url: string, body: object): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
  const text = await answer.text()
  if (!answer.ok || /"rejected\w+":"?[1-9]/.test(text))
    throw new Error(`${new URL(url).pathname} answered ${answer.status}: ${text.slice(0, 500)}`)
}
