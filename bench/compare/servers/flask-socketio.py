"""The framework of the chat that this one replaces: Flask-SocketIO with gevent, in memory.

/usr/bin/python3 flask-socketio.py
"""
import json
import socket
import sys

from flask import Flask, request
from flask_socketio import SocketIO, join_room
from gevent import get_hub
from gevent.pywsgi import WSGIServer
from geventwebsocket.handler import WebSocketHandler

app = Flask(__name__)
io = SocketIO(app, async_mode='gevent')


@io.on('connect')
def connected():
    join_room(request.args['room'])


@io.on('send')
def send(_key, text):
    # Returning acknowledges the text.
    io.emit('message', text, to=request.args['room'], skip_sid=request.sid)


server = WSGIServer(('127.0.0.1', 0), app, handler_class=WebSocketHandler, log=None)
server.start()
# As in Node. Otherwise a push waits, for up to 40 ms, until TCP has acknowledged the previous frame.
server.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
print(json.dumps({'url': f'ws://127.0.0.1:{server.server_port}'}), flush=True)
# Blocks only this greenlet: the server ends when its standard input does.
get_hub().threadpool.apply(sys.stdin.read)
