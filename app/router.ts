import path from 'node:path'
import { createRouter } from 'remix/fetch-router'
import type { Router } from 'remix/fetch-router'
import { session } from 'remix/session-middleware'
import { createAccountController } from './account/account-controller.ts'
import { createChangeAddressController } from './address/change-address-controller.ts'
import { createConfirmAddressController } from './address/confirm-address-controller.ts'
import { createConfirmRegistrationController } from './address/confirm-registration-controller.ts'
import { createAdminControllers } from './admin/admin-controller.ts'
import { openPublicFiles } from './assets/public-files.ts'
import { carryOn } from './auth/carry-on.ts'
import { findVisitor } from './auth/find-visitor.ts'
import { loadCurrentLogin } from './auth/load-current-login.ts'
import { createDeviceCookie, Device, loadDevice } from './auth/device.ts'
import { createLoginController } from './auth/login-controller.ts'
import { createLogoutAction } from './auth/logout.ts'
import { ownFormsOnly } from './auth/own-forms.ts'
import { createRegisterController } from './auth/register-controller.ts'
import { createBooksController, readMainPages } from './books/books-controller.ts'
import { bookCovers } from './covers/book-covers.ts'
import { createCartController } from './cart/cart-controller.ts'
import { joinAtSignIn, joinGuestCart } from './cart/join-cart.ts'
import { createCheckoutController } from './checkout/checkout-controller.ts'
import type { Config } from './config.ts'
import { robotsAction } from './crawlers/robots-action.ts'
import { createSitemapAction } from './crawlers/sitemap-action.ts'
import type { Dependencies } from './context.ts'
import { createCustomerController } from './customers/customer-controller.ts'
import { bindToDevice } from './device-binding/bind-to-device.ts'
import { openDeviceBindings } from './device-binding/device-bindings.ts'
import { errorPage } from './errors/error-page.ts'
import { describeStatus, notFound } from './errors/error-responses.ts'
import { retryHref, sentForm } from './errors/sent-form.ts'
import { seeOther } from './forms/see-other.ts'
import { createFrame } from './frame.ts'
import { createHealthAction } from './health/health-action.ts'
import { createHomeAction } from './home/home-action.ts'
import { createInspector } from './inspector/inspector.ts'
import { allowedHost } from './middleware/allowed-host.ts'
import { clientAddress } from './middleware/client-address.ts'
import { compressed } from './middleware/compression.ts'
import { sameOriginOnly } from './middleware/cross-origin.ts'
import { databaseReady } from './middleware/database-ready.ts'
import { errorPages } from './middleware/errors.ts'
import { formData } from './middleware/form-data.ts'
import { methodRouting } from './middleware/methods.ts'
import { newSessionLimit } from './middleware/new-session-limit.ts'
import { oneByOne } from './middleware/one-by-one.ts'
import { requestLog } from './middleware/request-log.ts'
import { secureHeaders } from './middleware/security-headers.ts'
import { createGuestOrderController } from './orders/guest-order-controller.ts'
import { createOrdersController } from './orders/orders-controller.ts'
import { createOutboxAction } from './mail/outbox-action.ts'
import type { Seal } from './mail/seal.ts'
import { createPageRenderer, type Site } from './ui/page.ts'
import {
  createResetConfirmController,
  createResetRequestController,
} from './reset-password/reset-password-controllers.ts'
import { routes } from './routes.ts'
import type { Sessions } from './session.ts'
import { createLoginCodeController } from './second-factor/login-code-controller.ts'
import { createSecondFactorController } from './second-factor/second-factor-controller.ts'
import { createPasskeyLoginController } from './passkeys/login-controller.ts'
import { createPasskeysController } from './passkeys/passkeys-controller.ts'
import { createPasskeyStepUpController } from './passkeys/step-up-controller.ts'
import { createStepUpController } from './step-up/step-up-controller.ts'

interface BookstoreOptions extends Omit<
  Dependencies,
  'config' | 'deviceBindings' | 'onSignIn' | 'page' | 'sessions'
> {
  config: Config
  sessions: Sessions
  /** With what mail in the database is sealed, for the development page that shows it. */
  seal: Seal
  /** Whether this process has been told to end, for the health check. */
  isStopping?: () => boolean
}

// Where a page is not served, no method of it is known either.
const { development: _development, ...publicRoutes } = routes

const publicDirectory = path.join(import.meta.dirname, '../public')

/** The shop: every request goes down this list and its response back up. */
export function createBookstore(options: BookstoreOptions): Pick<Router, 'fetch'> {
  const { config, db, sessions, log, now } = options
  const deviceBindings = openDeviceBindings(db, config, now)
  const source = { ...options, deviceBindings }
  db.engine.limitWaiting()
  const publicFiles = openPublicFiles(publicDirectory, { watch: !config.production })
  const site: Site = { frame: createFrame(options), asset: publicFiles.href }
  let withSession = session(sessions.cookie, sessions.storage)
  const inspector = config.production ? undefined : createInspector({ ...source, site })
  if (inspector) site.panel = inspector.panel
  if (inspector) withSession = inspector.around(withSession)
  const page = createPageRenderer(site)
  const dependencies: Dependencies = {
    ...source,
    page,
    onSignIn: joinAtSignIn(options),
  }

  const router = createRouter({
    middleware: oneByOne([
      clientAddress(config.trustProxy),
      requestLog({ log, routes }),
      secureHeaders(),
      compressed(),
      errorPages({
        log,
        async renderError(status, context, error) {
          if (status === 503) db.engine.forgetPages()
          const again = sentForm(context, status)
          const retry = retryHref(context, status)
          const lastPage = createPageRenderer(site, {
            notices: false,
            inTrouble: { visitor: await findVisitor(context, error, source) },
          })
          return lastPage(
            context,
            (shell) => errorPage({ shell, ...describeStatus(status), again, retry }),
            status,
          )
        },
      }),
      allowedHost({
        origins: config.origins,
        anyHost: [routes.health],
        hint: !config.production,
      }),
      publicFiles.serve,
      methodRouting(config.production ? publicRoutes : routes),
      bookCovers(db),
      bindToDevice(deviceBindings),
      sameOriginOnly(config.origins),
      // Read whole before the session is: a client that leaves half-way has changed nothing.
      formData(),
      databaseReady(db, {
        except: Object.values(routes.cart),
        always: config.sessionStorage === 'database',
      }),
      loadDevice(createDeviceCookie(config)),
      withSession,
      newSessionLimit({
        createLimiter: options.createLimiter,
        ownerOf: (context) => (context.get(Device) as Device).userId,
      }),
      loadCurrentLogin(source),
      joinGuestCart(options),
      ownFormsOnly(),
      carryOn(options),
    ]),
    defaultHandler: (context) => notFound(context, page),
  })

  router.map(routes.home, createHomeAction(dependencies, site.frame))
  router.map(routes.books, createBooksController(dependencies))
  router.map(routes.cart, createCartController(dependencies))
  router.map(routes.register, createRegisterController(dependencies))
  router.map(routes.login, createLoginController(dependencies))
  router.map(routes.loginCode, createLoginCodeController(dependencies))
  router.map(routes.passkeyLogin, createPasskeyLoginController(dependencies))
  router.map(routes.passkeyStepUp, createPasskeyStepUpController(dependencies))
  router.map(routes.stepUp, createStepUpController(dependencies))
  router.map(routes.logout, createLogoutAction(dependencies))
  router.map(routes.checkout, createCheckoutController(dependencies))
  router.map(routes.orders, createOrdersController(dependencies))
  router.map(routes.guestOrder, createGuestOrderController(dependencies))
  router.map(routes.account, createAccountController(dependencies))
  router.map(routes.address.change, createChangeAddressController(dependencies))
  router.map(routes.address.confirm, createConfirmAddressController(dependencies))
  router.map(routes.confirmRegistration, createConfirmRegistrationController(dependencies))
  router.map(routes.changePassword, () => seeOther(routes.account.passwordForm.href()))
  router.map(routes.secondFactor, createSecondFactorController(dependencies))
  router.map(routes.passkeys, createPasskeysController(dependencies))
  router.map(routes.resetPassword.request, createResetRequestController(dependencies))
  router.map(routes.resetPassword.confirm, createResetConfirmController(dependencies))
  router.map(routes.customers, createCustomerController(dependencies))
  const health = createHealthAction({
    ...options,
    readPages: readMainPages,
  })
  router.map(routes.health, health)
  router.map(routes.robots, robotsAction)
  router.map(routes.sitemap, createSitemapAction(db))
  if (!config.production) {
    router.map(routes.development.outbox, createOutboxAction(db, options.seal, page))
  }

  const admin = createAdminControllers(dependencies)
  router.map(routes.admin.index, admin.index)
  router.map(routes.admin.new, admin.new)
  router.map(routes.admin.edit, admin.edit)
  router.map(routes.admin.retire, admin.retire)

  return router
}
