/** Rate limits that no scenario reaches. */
export const unlimitedRates = {
  framesPerSecond: 1000,
  frameBurst: 10_000,
  messagesPerSecond: 1000,
  messageBurst: 10_000,
  callsPerSecond: 10_000,
  callBurst: 100_000,
}
