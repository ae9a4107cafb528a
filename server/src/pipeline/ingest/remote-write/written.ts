import { Fault } from '../../../kernel/fault.ts'
import type { IngestReply, IngestRequest } from '../index.ts'
import type { Written } from '../protocol.ts'
import { kindOf } from './header.ts'

/** Part of a request was taken; the answer says how much (Remote-Write 2.0, "Partial Write"). */
export class PartialWrite extends Fault {
  readonly written: Written
  constructor(fault: Fault, written: Written) {
    super(fault.code, fault.message, {
      cause: fault,
      details: fault.details,
      retryAfterSeconds: fault.retryAfterSeconds,
    })
    this.written = written
  }
}

const nothingWritten: Written = { samples: 0, histograms: 0, exemplars: 0 }

/** Required on every answer to a 2.0 request, success or not (Remote-Write 2.0, "Required Written Response Headers"). */
export const writtenHeaders = ({ samples, histograms, exemplars }: Written): Record<string, string> => ({
  'x-prometheus-remote-write-samples-written': String(samples),
  'x-prometheus-remote-write-histograms-written': String(histograms),
  'x-prometheus-remote-write-exemplars-written': String(exemplars),
})

/** One line of text: senders put the first line of the body into their log. */
export function remoteWriteRefusal(fault: Fault, headers: IngestRequest['headers']): IngestReply {
  const written = fault instanceof PartialWrite ? fault.written : nothingWritten
  return {
    status: fault.status,
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      ...(isVersion2(headers) ? writtenHeaders(written) : {}),
    },
    body: `${fault.message}\n`,
  }
}

function isVersion2(headers: IngestRequest['headers']): boolean {
  try {
    return kindOf(headers) === 'remote-write-2'
  } catch {
    return false
  }
}
