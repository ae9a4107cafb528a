import { expect, it } from 'vitest'
import { News } from './news.ts'

const after = (quiet: number): News => {
  const news = new News()
  for (let i = 0; i < quiet; i += 1) news.push(0, 0)
  return news
}

it('an alarm is news once, a louder one is news by what it exceeds, and after a rest its like is news again', () => {
  const news = after(2_000)
  const first = news.push(0, 2)
  expect(first).toBeGreaterThan(1.8)
  expect(news.push(0, 2)).toBeLessThan(0.2)
  expect(news.push(0, 4)).toBeGreaterThan(1.5)
  for (let i = 0; i < 1_000; i += 1) news.push(0, 0)
  expect(news.push(0, 2)).toBeGreaterThan(1.5)
})

it('what alarms often weighs less, and the alarms of a young series weigh less', () => {
  const often = after(2_000)
  const sizes = Array.from({ length: 8 }, () => {
    for (let i = 0; i < 400; i += 1) often.push(0, 0)
    return often.push(0, 2)
  })
  expect(sizes.at(-1)).toBeLessThan((sizes[0] as number) * 0.85)
  expect(after(50).push(0, 2)).toBeLessThan(after(2_000).push(0, 2) / 2)
})
