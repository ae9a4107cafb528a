import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { defaultWeights, FieldIndex, type FieldTerms, fields } from './field-index.ts'

const { k1, weight, b } = defaultWeights
const empty: FieldTerms = { title: [], headings: [], tags: [], entities: [], text: [] }

/** BM25F straight from its formula, over all documents. */
function bruteForce(documents: ReadonlyMap<string, FieldTerms>, words: readonly string[]) {
  const all = [...documents]
  const average = fields.map(
    (field) => all.reduce((sum, [, terms]) => sum + terms[field].length, 0) / all.length,
  )
  const scores = new Map<string, number>()
  for (const word of words) {
    const holding = all.filter(([, terms]) => fields.some((field) => terms[field].includes(word)))
    const idf = Math.log(1 + (all.length - holding.length + 0.5) / (holding.length + 0.5))
    for (const [id, terms] of holding) {
      let sum = 0
      fields.forEach((field, place) => {
        const count = Math.min(63, terms[field].filter((one) => one === word).length)
        const length = 1 - b[place]! + (b[place]! * terms[field].length) / Math.max(average[place]!, 1e-300)
        if (count > 0) sum += (weight[place]! * count) / length
      })
      scores.set(id, (scores.get(id) ?? 0) + (idf * sum) / (k1 + sum))
    }
  }
  return scores
}

const word = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g')
const words = fc.array(word, { maxLength: 6 })
const document = fc.record({ title: words, headings: words, tags: words, entities: words, text: words })
const step = fc.oneof(
  fc.record({ put: document, id: fc.constantFrom('1', '2', '3', '4', '5', '6') }),
  fc.record({ remove: fc.constantFrom('1', '2', '3', '4', '5', '6') }),
)

describe('an index of documents', () => {
  it('answers after any adding, replacing and removing what BM25F says of what is left', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 40 }),
        fc.uniqueArray(word, { minLength: 1, maxLength: 4 }),
        (steps, asked) => {
          const index = new FieldIndex()
          const left = new Map<string, FieldTerms>()
          for (const one of steps) {
            if ('put' in one) {
              index.put(one.id, one.put)
              left.set(one.id, one.put)
            } else expect(index.remove(one.remove)).toBe(left.delete(one.remove))
          }
          const expected = bruteForce(left, asked)
          const { found, total } = index.search(asked, 100)
          expect(total).toBe(expected.size)
          for (const { id, score } of found) expect(score).toBeCloseTo(expected.get(id)!, 9)
          expect(found.map(({ score }) => score)).toEqual(
            found.map(({ score }) => score).sort((x, y) => y - x),
          )
          expect(index.size).toBe(left.size)
        },
      ),
      { numRuns: 200 },
    )
  })

  it('does so with words that many documents hold, whose lists grow and shrink', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(79), fc.boolean(), fc.array(fc.constantFrom('a', 'b'), { maxLength: 3 })), {
          minLength: 60,
          maxLength: 160,
        }),
        (steps) => {
          const index = new FieldIndex()
          const left = new Map<string, FieldTerms>()
          for (let at = 0; at < 80; at += 2) {
            left.set(`${at}`, { ...empty, text: ['a'] })
            index.put(`${at}`, { ...empty, text: ['a'] })
          }
          for (const [id, gone, text] of steps) {
            if (gone) {
              index.remove(`${id}`)
              left.delete(`${id}`)
            } else {
              index.put(`${id}`, { ...empty, text })
              left.set(`${id}`, { ...empty, text })
            }
          }
          const expected = bruteForce(left, ['a', 'b'])
          const { found, total } = index.search(['a', 'b'], 100)
          expect(total).toBe(expected.size)
          for (const { id, score } of found) expect(score).toBeCloseTo(expected.get(id)!, 9)
        },
      ),
      { numRuns: 50 },
    )
  })

  it('puts a word of the title before one of the text, and a rare word before a common one', () => {
    const index = new FieldIndex()
    index.put('title', { ...empty, title: ['redis', 'x', 'x'], text: ['y', 'y'] })
    index.put('text', { ...empty, title: ['x', 'x', 'x'], text: ['redis', 'y'] })
    index.put('other', { ...empty, text: ['y', 'oom'] })
    expect(index.search(['redis'], 10).found.map(({ id }) => id)).toEqual(['title', 'text'])
    expect(index.search(['y', 'oom'], 10).found[0]?.id).toBe('other')
  })

  it('gives the best so many in order, the same however often it is asked', () => {
    const index = new FieldIndex()
    for (let at = 0; at < 500; at += 1)
      index.put(`d${at}`, {
        ...empty,
        text: [...Array<string>((at * 7) % 60).fill('a'), ...Array<string>(60).fill('z')],
      })
    const all = index.search(['a'], 1_000).found
    expect(index.search(['a'], 5).found).toEqual(all.slice(0, 5))
    expect(index.search(['a'], 5)).toEqual(index.search(['a'], 5))
    expect(index.search(['a'], 5, (id) => id.endsWith('9')).found.every(({ id }) => id.endsWith('9'))).toBe(
      true,
    )
  })

  it('keeps nothing of what was removed', () => {
    const index = new FieldIndex()
    index.put('1', { ...empty, text: ['a', 'b'] })
    index.put('1', { ...empty, text: ['c'] })
    expect(index.termCount).toBe(1)
    index.remove('1')
    expect([index.size, index.termCount]).toEqual([0, 0])
    expect(index.search(['c'], 10)).toEqual({ found: [], total: 0 })
  })
})
