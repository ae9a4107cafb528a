import { describe, expect, test } from 'vitest'
import { candidatesMax, candidatesOf } from './candidate.ts'
import { askedWords } from './name-match.ts'

const known = [
  'db_pool_connections_used',
  'db_pool_connections_max',
  'events_bus_consumer_lag',
  'up',
  'http.requests',
]
const wish = { names: [], aspects: [], words: '' }

describe('metrics that are looked for', () => {
  test('hold the words, the most of them first', () => {
    expect(candidatesOf(known, { ...wish, words: 'consumer lag' })).toEqual(['events_bus_consumer_lag'])
    expect(
      candidatesOf(known, { ...wish, words: 'database pool' })
        .slice(0, 2)
        .sort(),
    ).toEqual(['db_pool_connections_max', 'db_pool_connections_used'])
  })

  test('are found by exact name, by the name of a histogram, and by what they tell of', () => {
    expect(candidatesOf(known, { ...wish, names: ['up'] })).toEqual(['up'])
    expect(candidatesOf(['a_bucket', 'a_count', 'b'], { ...wish, names: ['a'] })).toEqual([
      'a_bucket',
      'a_count',
    ])
    expect(candidatesOf(known, { ...wish, aspects: ['LAG'] })).toEqual(['events_bus_consumer_lag'])
  })

  test('help counts less than a name', () => {
    const help = (name: string) => (name === 'up' ? 'The lag of the consumer' : '')
    expect(candidatesOf(known, { ...wish, words: 'consumer lag' }, help)).toEqual([
      'events_bus_consumer_lag',
      'up',
    ])
  })

  test('are bounded, however many fit', () => {
    const many = Array.from({ length: 5_000 }, (_, i) => `cpu_${i}`)
    expect(candidatesOf(many, { ...wish, aspects: ['CPU'] })).toHaveLength(candidatesMax)
  })

  test('the words of a question are those that could name a metric', () => {
    expect(askedWords('What is the consumer lag of notify right now?', ['notify'])).toEqual([
      'consumer',
      'lag',
    ])
  })
})
