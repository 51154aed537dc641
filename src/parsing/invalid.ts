import { ConfigError, ResponseError } from '../errors.js'

/** @param message follows the option's name; never quotes its value */
export function invalidOption(option: string, message: string): ConfigError {
  return new ConfigError(`${option} ${message}`, { issues: [{ path: [option], message }] })
}

/** @param message what was expected of the response's field */
export function invalidField(field: string, message: string): ResponseError {
  return new ResponseError(`${field}: ${message}`, { issues: [{ path: [field], message }] })
}
