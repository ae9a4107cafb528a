import { expect, it } from 'vitest'
import { News } from './news.ts'

const after = (quiet: number): News => {
  const news = new News()
  for (let i = 0; i < quiet; i += 1) news.push(0, 0)
  return news
}

it('an alarm is news once, a louder one is news by what it exceeds, and after a rest its like is news again', () => {
  const news = after(2_000)
  expect(news.push(0, 1.2)).toBeGreaterThan(1.1)
  expect(news.push(0, 1.2)).toBeLessThan(0.4)
  expect(news.push(0, 1.6)).toBeGreaterThan(1)
  for (let i = 0; i < 1_000; i += 1) news.push(0, 0)
  expect(news.push(0, 1.2)).toBeGreaterThan(1.1)
})

it('one extreme does not silence what follows for longer than an alarm does', () => {
  const news = after(2_000)
  news.push(0, 1e9)
  for (let i = 0; i < 100; i += 1) news.push(0, 0)
  expect(news.push(0, 1.5)).toBeGreaterThan(1)
})

it('the rest is a share of the history, and alarms of a young series weigh less', () => {
  const again = (quiet: number): number => {
    const news = after(quiet)
    news.push(0, 1.5)
    for (let i = 0; i < 100; i += 1) news.push(0, 0)
    return news.push(0, 1)
  }
  expect(again(1_000)).toBeGreaterThan(0.8)
  expect(again(20_000)).toBeLessThan(0.5)
  expect(after(50).push(0, 1.5)).toBeLessThan(after(2_000).push(0, 1.5) / 2)
})
