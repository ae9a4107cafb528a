import { isUtf8 } from 'node:buffer'
import { Fault, isFault, messageOf } from '../../../kernel/fault.ts'
import { Rejections } from '../rejection.ts'

/** What became of each action, in their order. */
export class BulkRejections extends Rejections {
  readonly outcomes: { action: string; fault: Fault | undefined }[] = []

  note(action: string, fault?: Fault): void {
    this.outcomes.push({ action, fault })
    if (fault) this.add(fault)
  }
}

/** Actions that bring a document; `delete` stands alone, `update` changes what we never change. */
const bringing: ReadonlySet<string> = new Set(['create', 'index'])

/**
 * A bulk body (https://www.elastic.co/guide/en/elasticsearch/reference/current/docs-bulk.html): a line with the action, a line with its
 * document, in turn. Calls `take` with each document; one that cannot be taken is noted. Throws INVALID_REQUEST where an action is
 * none, because nobody knows then which lines are documents, and BODY_TOO_LARGE beyond `actionsMax`.
 */
export function readBulk(body: Buffer, actionsMax: number, take: (document: object) => void): BulkRejections {
  if (!isUtf8(body)) throw new Fault('INVALID_REQUEST', 'The body is not UTF-8.')
  const rejections = new BulkRejections()
  const lines = linesOf(body)
  for (let line = lines.next(); !line.done; line = lines.next()) {
    if (rejections.outcomes.length >= actionsMax)
      throw new Fault('BODY_TOO_LARGE', `One request may hold ${actionsMax} actions. Send smaller requests.`)
    const action = actionOf(line.value)
    if (action === 'delete') {
      rejections.note(action, new Fault('INVALID_REQUEST', 'Log records are not deleted.'))
      continue
    }
    const document = lines.next()
    if (document.done) throw new Fault('INVALID_REQUEST', 'The last action has no document.')
    rejections.note(action, faultIn(action, document.value, take))
  }
  return rejections
}

function faultIn(action: string, line: string, take: (document: object) => void): Fault | undefined {
  if (!bringing.has(action)) return new Fault('INVALID_REQUEST', 'Log records are not updated.')
  try {
    take(objectOf(line))
    return undefined
  } catch (error) {
    if (!isFault(error) || error.code === 'BODY_TOO_LARGE') throw error
    return error
  }
}

function* linesOf(body: Buffer): Generator<string, undefined> {
  for (let at = 0; at < body.length; ) {
    const newline = body.indexOf(0x0a, at)
    const end = newline < 0 ? body.length : newline
    const line = body.toString('utf8', at, end).trim()
    at = end + 1
    if (line !== '') yield line
  }
  return undefined
}

function actionOf(line: string): string {
  const [action = '', ...others] = Object.keys(objectOf(line))
  if (others.length > 0 || !/^(create|index|update|delete)$/.test(action))
    throw new Fault('INVALID_REQUEST', 'An action must be {"create": {…}} or {"index": {…}}.')
  return action
}

function objectOf(line: string): object {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch (error) {
    throw new Fault('INVALID_REQUEST', `A line is not JSON: ${messageOf(error).slice(0, 200)}.`)
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  throw new Fault('INVALID_REQUEST', 'A line is no JSON object.')
}
