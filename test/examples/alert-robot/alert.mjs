import { json } from 'node:stream/consumers'
import { messageOf } from './message.mjs'
import { robots, send } from './robots.mjs'

// One change as `unified-complaints follow --exec` writes it. Any exit code but 0 leaves the change unhandled.
const { ROBOT: robot = '', ROBOT_URL: url = '', ROBOT_SECRET: secret, PAUSE_MS: pause = '3100' } = process.env
try {
  if (!Object.hasOwn(robots, robot)) throw new Error(`ROBOT must be one of ${Object.keys(robots).join(', ')}`)
  if (!URL.canParse(url)) throw new Error('ROBOT_URL must be the address of the robot')
  const message = messageOf(await json(process.stdin))
  if (message !== null) {
    await send(message, { robot, url, secret: secret === '' ? undefined : secret })
    // WeCom and DingTalk take 20 messages a minute. The commands of `--exec` run one after the other.
    await new Promise((resolve) => setTimeout(resolve, Number(pause)))
  }
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}
