import type { Client } from '@aiops/contract/client'
import { clusterFacts } from './check-cluster.ts'
import { measuredFacts } from './check-measured.ts'
import { noticedFacts } from './check-noticed.ts'
import { type CheckedFact, FactBook } from './fact-book.ts'

/** Every line of the page that an operation can show, with whether it does. */
export async function checkSystem(client: Client, factsAt: number): Promise<CheckedFact[]> {
  const book = new FactBook()
  await measuredFacts(client, factsAt, book)
  await noticedFacts(client, factsAt, book)
  await clusterFacts(client, factsAt, book)
  return book.facts
}
