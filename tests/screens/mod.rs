mod panels;
mod sample;
