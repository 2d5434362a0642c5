package dozo.server.net;

import dozo.format.ErrorCode;
import dozo.server.metrics.ServerMetrics;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.timeout.IdleStateEvent;

/** Tells a client that there is no room for it, whatever it says. */
final class BusyHandler extends ChannelInboundHandlerAdapter {

  private final ServerMetrics metrics;

  BusyHandler(ServerMetrics metrics) {
    this.metrics = metrics;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object hello) {
    new Replies(context.channel(), metrics)
        .closeWith(
            Failures.failure(
                ErrorCode.BUSY, "The server has too many connections; try again later"));
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof IdleStateEvent) {
      var _ = context.close();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    var _ = context.close();
  }
}
