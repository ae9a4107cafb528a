import type { Client } from '@aiops/contract/client'
import type { Caller } from '../../../port/operation-client.ts'
import type { AskRequest } from '../index.ts'
import type { Question } from './question.ts'

/** Reads a question with all that its caller could name; `names` is how many things that is. */
export type ReadQuestion = (
  client: Client,
  caller: Caller,
  request: AskRequest,
) => Promise<{ question: Question; names: number }>
