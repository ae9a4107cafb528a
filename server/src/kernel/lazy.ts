/**
 * What is made when it is first asked for. All who ask meanwhile wait for the one making; where that fails they are told, and the next
 * who asks tries again.
 */
export function lazy<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => {
    if (made) return made
    const attempt = (async () => make())()
    made = attempt
    attempt.catch(() => {
      if (made === attempt) made = undefined
    })
    return attempt
  }
}
