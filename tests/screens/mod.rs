mod compare;
mod easel;
mod frame;
mod moments;
mod moves;
mod panels;
mod sample;
mod widgets;
